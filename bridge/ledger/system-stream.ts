import type { IncidentEvent } from "../incident/events.ts";
import { type Clock, iso } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Random } from "../platform/random.ts";
import { FIRST_EPOCH, genesisHash, openEntry, sealEntry } from "./entry.ts";
import type { EntryActor, StoredEntry } from "./entry-types.ts";
import { AppendTimeoutError, BrokenChainError } from "./ledger.ts";
import type { LedgerStore, NewestEntry } from "./ledger-store.ts";

/** The stream of the product itself: of the same form as an incident's, and no incident's id can equal its own. */
export const SYSTEM_STREAM = "_system";

/** Facts about the product: who read the record, what was found in it, which epochs were opened. */
export interface SystemStream {
  /**
   * Appends one entry. Nothing is decided from this stream, so it is never folded, and each call is an entry of its own.
   * @throws AppendTimeoutError when it is not known whether it was appended; BrokenChainError when the newest entry does not hold
   */
  record(actor: EntryActor, ...events: IncidentEvent[]): Promise<void>;
}

const TRIES = 8;

export function createSystemStream(deps: {
  store: LedgerStore & NewestEntry;
  clock: Clock;
  random: Random;
  log: Logger;
  onAppend?: ((events: readonly IncidentEvent[]) => void) | undefined;
}): SystemStream {
  const { store, clock, random } = deps;

  const append = async (actor: EntryActor, events: IncidentEvent[]): Promise<void> => {
    const commandId = `system:${random.uuid()}`;
    let last: { seq: number; item: StoredEntry } | undefined;
    let cause: unknown;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      try {
        // An earlier try may have landed although its answer was lost.
        if (last && (await store.read(SYSTEM_STREAM, last.seq - 1))[0]?.hash === last.item.hash) return;
        const head = headOf(await store.newest(SYSTEM_STREAM));
        const item = sealEntry({
          v: 1,
          incident: SYSTEM_STREAM,
          epoch: head.epoch,
          seq: head.seq + 1,
          prev: head.hash,
          commandId,
          actor,
          at: iso(Math.max(clock.now(), head.at)),
          events,
        });
        last = { seq: head.seq + 1, item };
        if ((await store.put(item)) === "put") return;
      } catch (error) {
        if (error instanceof BrokenChainError) throw error;
        cause = error;
        deps.log.warn("system-append-failed", { error });
      }
    }
    throw new AppendTimeoutError(SYSTEM_STREAM, commandId, { cause });
  };

  /** One at a time: a replica never races itself. */
  let queue: Promise<unknown> = Promise.resolve();
  return {
    record(actor, ...events) {
      const turn = queue.then(() => append(actor, events)).then(() => deps.onAppend?.(events));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Where the next entry goes. @throws BrokenChainError */
function headOf(newest: StoredEntry | undefined): { epoch: number; seq: number; hash: string; at: number } {
  if (!newest) return { epoch: FIRST_EPOCH, seq: 0, hash: genesisHash(SYSTEM_STREAM, FIRST_EPOCH), at: 0 };
  const opened = openEntry(newest);
  const seq = Number(newest.sk.slice(2));
  if (!opened.ok) throw new BrokenChainError(SYSTEM_STREAM, { seq, fault: opened.fault });
  const { epoch, at } = opened.entry;
  return { epoch, seq, hash: newest.hash, at: Date.parse(at) };
}
