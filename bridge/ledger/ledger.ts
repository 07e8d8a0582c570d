import type { IncidentEvent } from "../incident/events.ts";
import { evolve } from "../incident/evolve.ts";
import { inPlainForm } from "../incident/sealed-events.ts";
import { type Incident, initialIncident } from "../incident/state.ts";
import { AppError } from "../platform/app-error.ts";
import { type Clock, type Instant, iso } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import { MAX_EVENTS, sealEntry } from "./entry.ts";
import type { Entry, EntryActor, RecordedEntry } from "./entry-types.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { type KeepWords, sealWords } from "./seal-words.ts";
import { emptyHead, type Head, verifyStream } from "./verify-stream.ts";

/** The stored stream does not verify. Nothing may be built on it and nothing here repairs it. */
export class BrokenChainError extends AppError {
  override readonly name = "BrokenChainError";
  constructor(
    readonly incident: string,
    readonly finding: { seq: number; fault: string },
    options?: { cause?: unknown },
  ) {
    super(
      `ledger of ${incident} does not verify at entry ${finding.seq} (${finding.fault}); stop writing there and call the security lead`,
      options,
    );
  }
}

/** Too many others wrote, or the store did not answer in time. Repeating the same command is safe. */
export class AppendTimeoutError extends AppError {
  override readonly name = "AppendTimeoutError";
  constructor(incident: string, commandId: string, options: { cause?: unknown }) {
    super(`could not append ${commandId} to ${incident} in time; send the same command again`, options);
  }
}

export interface LedgerCommand {
  commandId: string;
  actor: EntryActor;
}

export type Decided<R> = { kind: "happened"; events: readonly IncidentEvent[] } | { kind: "refused"; refusal: R };

export type Appended<R> =
  /** `repeated`: this commandId was appended before; `events` is what it made happen then. */
  | { kind: "happened"; state: Incident; events: readonly IncidentEvent[]; seq: number; repeated: boolean }
  | { kind: "refused"; refusal: R; state: Incident };

export interface Snapshot {
  state: Incident;
  head: Head;
}

export interface Ledger {
  /** The incident as the store holds it now: strongly consistent, verified from the last verified entry on. */
  load(incident: string): Promise<Incident>;
  /** As this process saw it last, or loaded when it never did. Good enough to decide what to try, never to decide what holds. */
  recall(incident: string): Promise<Incident>;
  /** As `load`, but walks the whole stream from genesis and trusts nothing kept in memory. */
  loadAfresh(incident: string): Promise<Incident>;
  /** As `loadAfresh`, with the head it stands on. */
  snapshotAfresh(incident: string): Promise<Snapshot>;
  /**
   * Decides on the current state and appends what happened as one entry, or repeats both when somebody else wrote first.
   * @throws AppendTimeoutError after `budgetMs`; BrokenChainError when the stream does not verify.
   */
  execute<R>(
    incident: string,
    command: LedgerCommand,
    decide: (state: Incident, now: Instant) => Decided<R>,
    options?: { budgetMs?: number },
  ): Promise<Appended<R>>;
  /** Verified entries, from the first, as people may read them. */
  entries(incident: string): Promise<Entry[]>;
}

/** The ledger by itself: it knows no words of people, so neither does any rule that decides on what it holds. */
export interface SealedLedger extends Omit<Ledger, "entries"> {
  /** Verified entries, from the first, as they were hashed. */
  recorded(incident: string): Promise<RecordedEntry[]>;
}

/** Back-off between two tries, full jitter: 5·2^n ms, at most 250. */
const backOffMs = (attempt: number, fraction: number): number => fraction * Math.min(250, 5 * 2 ** attempt);

export function createLedger(deps: {
  store: LedgerStore;
  /** Keeps the words of people before an entry commits to them. */
  keepWords: KeepWords;
  clock: Clock;
  random: Random;
  sleep: (ms: number) => Promise<void>;
  /** Called after each append of this process, in order per incident. Must not throw. */
  onAppend?: (state: Incident, events: readonly IncidentEvent[]) => void;
  /** Told at each append how far this machine's clock is behind the newest entry: 0 when it is not. */
  onSkew?: (behindMs: number) => void;
  /** What verification has found of a stream and nobody has answered: nothing is read from it or built on it then. */
  standing?: (incident: string) => { seq: number | null; code: string } | undefined;
  maxCached?: number;
}): SealedLedger {
  const { store, clock } = deps;
  const cache = new Map<string, Snapshot>();
  const queues = new Map<string, Promise<unknown>>();

  const remember = (incident: string, snapshot: Snapshot) => {
    // A slow look must not put back what an append of this process has left behind.
    if ((cache.get(incident)?.head.seq ?? 0) > snapshot.head.seq) return;
    cache.delete(incident);
    cache.set(incident, snapshot);
    const oldest = cache.keys().next().value;
    if (cache.size > (deps.maxCached ?? 1_000) && oldest !== undefined) cache.delete(oldest);
  };

  const readFrom = async (incident: string, from: Snapshot): Promise<Snapshot> => {
    const items = await store.read(incident, from.head.seq);
    const { entries, head, finding } = verifyStream(incident, items, from.head, new Set(from.state.commands.keys()));
    if (finding) throw new BrokenChainError(incident, finding);
    return { state: entries.reduce(evolve, from.state), head };
  };

  const start = (incident: string): Snapshot => ({ state: initialIncident(incident), head: emptyHead(incident) });

  const current = async (incident: string): Promise<Snapshot> => {
    const snapshot = await readFrom(incident, cache.get(incident) ?? start(incident));
    if (snapshot.head.seq > 0) remember(incident, snapshot);
    return snapshot;
  };

  const afresh = async (incident: string): Promise<Snapshot> => {
    try {
      return await readFrom(incident, start(incident));
    } catch (error) {
      // What is remembered verified once and no longer does: from now on nothing is built on it.
      if (error instanceof BrokenChainError) cache.delete(incident);
      throw error;
    }
  };

  /** One at a time per incident: a replica never races itself. */
  const inTurn = <T>(incident: string, work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(incident) ?? Promise.resolve()).then(work, work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    queues.set(incident, settled);
    void settled.then(() => {
      if (queues.get(incident) === settled) queues.delete(incident);
    });
    return turn;
  };

  /** @throws BrokenChainError, however well the part holds that this process has seen */
  const refuseBroken = (incident: string) => {
    const finding = deps.standing?.(incident);
    if (finding) throw new BrokenChainError(incident, { seq: finding.seq ?? 0, fault: finding.code });
  };

  return {
    async recall(incident) {
      refuseBroken(incident);
      return (cache.get(incident) ?? (await current(incident))).state;
    },

    async load(incident) {
      refuseBroken(incident);
      return (await current(incident)).state;
    },

    async snapshotAfresh(incident) {
      refuseBroken(incident);
      return afresh(incident);
    },

    async loadAfresh(incident) {
      refuseBroken(incident);
      return (await afresh(incident)).state;
    },

    recorded: async (incident) => {
      refuseBroken(incident);
      const { entries, finding } = verifyStream(incident, await store.read(incident, 0));
      if (finding) throw new BrokenChainError(incident, finding);
      return entries;
    },

    execute: (incident, command, decide, options = {}) =>
      inTurn(incident, async () => {
        refuseBroken(incident);
        const deadline = clock.monotonic() + (options.budgetMs ?? 10_000);
        let lastFailure: unknown;
        /** Rounds that ended with somebody else's entry or without an answer: only those wait. */
        let lost = 0;
        let unanswered = false;
        for (let attempt = 0; attempt === 0 || clock.monotonic() < deadline; attempt += 1) {
          if (lost > 0) await deps.sleep(backOffMs(lost, deps.random.fraction()));
          try {
            // 1. What holds now. The first look trusts what this process saw last: the condition of the put proves it right,
            //    and anything but an append is looked at again before it is believed.
            const remembered = attempt === 0 ? cache.get(incident) : undefined;
            const { state, head } = remembered ?? (await current(incident));
            const before = state.commands.get(command.commandId);
            if (before) {
              // After a round without an answer this is our own entry: whoever waits for appends has not heard of it yet.
              const events = before.events.map((event) => inPlainForm(event));
              if (unanswered) deps.onAppend?.(state, events);
              return { kind: "happened", state, events, seq: before.seq, repeated: true };
            }

            // 2. Decide. Time never falls within a stream, whatever this machine's clock says.
            const local = clock.now();
            const now = Math.max(local, state.at);
            const behindMs = now - local;
            const decided = decide(state, now);
            if (remembered && (decided.kind === "refused" || decided.events.length === 0)) continue;
            if (decided.kind === "refused") return { kind: "refused", refusal: decided.refusal, state };
            if (decided.events.length === 0)
              return { kind: "happened", state, events: [], seq: state.seq, repeated: false };

            deps.onSkew?.(behindMs);
            const happened = [...decided.events, ...skewSeen(state, behindMs, now, decided.events.length)];

            // 3. Words of people are kept first: after a crash in between nobody refers to them, and no entry lacks its own.
            const events = await sealWords(incident, happened, deps.keepWords);

            // 4. Append under the condition that nobody else took the place.
            const item = sealEntry({
              v: 1,
              incident,
              epoch: head.epoch,
              seq: head.seq + 1,
              prev: head.hash,
              commandId: command.commandId,
              actor: command.actor,
              at: iso(now),
              events,
            });
            const result = await store.put(item);
            const after = await applied(incident, { state, head }, item, result);
            if (after) {
              deps.onAppend?.(after.state, happened);
              return {
                kind: "happened",
                state: after.state,
                events: happened,
                seq: head.seq + 1,
                repeated: false,
              };
            }
            lost += 1;
          } catch (error) {
            if (error instanceof AppError || !isStoreFailure(error)) throw error;
            // The put may have landed: the next round finds our commandId, or decides again.
            lastFailure = error;
            unanswered = true;
            lost += 1;
          }
        }
        throw new AppendTimeoutError(incident, command.commandId, { cause: lastFailure });
      }),
  };

  /** The state after our entry, or undefined when the place went to somebody else. */
  async function applied(
    incident: string,
    before: Snapshot,
    item: ReturnType<typeof sealEntry>,
    result: "put" | "taken",
  ): Promise<Snapshot | undefined> {
    if (result === "taken") {
      // An earlier try of ours may have landed and lost its reply: then the stored hash is ours.
      const [stored] = await store.read(incident, before.head.seq);
      if (stored?.hash !== item.hash) return undefined;
    }
    // Our own words, sealed a moment ago: to look through them once more would prove nothing.
    const entry = JSON.parse(item.body) as RecordedEntry;
    const { epoch, seq, at } = entry;
    const snapshot = { state: evolve(before.state, entry), head: { epoch, seq, hash: item.hash, at } };
    remember(incident, snapshot);
    return snapshot;
  }
}

/** Clocks of machines that are kept in step differ by less. */
const MAX_SKEW_MS = 5_000;
const SKEW_EVERY_MS = 3_600_000;

/** That this entry has the time of the one before, because the clock was behind. A full entry has no room to say so. */
function skewSeen(state: Incident, behindMs: number, now: Instant, beside: number): IncidentEvent[] {
  const said = state.skewSeenAt !== undefined && now - state.skewSeenAt < SKEW_EVERY_MS;
  return behindMs <= MAX_SKEW_MS || said || beside >= MAX_EVENTS ? [] : [{ type: "ClockSkewSeen", skewMs: behindMs }];
}

/** Programming errors must surface at once; only what the store's client throws is worth another round. */
const isStoreFailure = (error: unknown): boolean =>
  error instanceof Error &&
  ("$metadata" in error ||
    "$fault" in error ||
    "code" in error ||
    error.name === "TimeoutError" ||
    error.name === "AbortError");
