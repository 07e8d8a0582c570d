import { type EntryFault, FIRST_EPOCH, genesisHash, openEntry, opensEpoch } from "./entry.ts";
import type { RecordedEntry, StoredEntry } from "./entry-types.ts";

export interface Head {
  epoch: number;
  seq: number;
  hash: string;
  /** ISO 8601 of the newest entry; empty before the first. */
  at: string;
}

export interface StreamFinding {
  /** Position in the stream: the `seq` expected there. */
  seq: number;
  fault: EntryFault;
}

export const emptyHead = (incident: string): Head => ({
  epoch: FIRST_EPOCH,
  seq: 0,
  hash: genesisHash(incident, FIRST_EPOCH),
  at: "",
});

/**
 * Walks stored entries in key order from `head` and checks each link. Stops at the first fault: nothing behind it can be
 * trusted to be where it is. Where an epoch was opened the walk begins with the newest one; what lies before it is not looked at
 * here, for nothing is built on it any more.
 */
export function verifyStream(
  incident: string,
  items: readonly StoredEntry[],
  head: Head = emptyHead(incident),
  knownCommands: ReadonlySet<string> = new Set(),
): { entries: RecordedEntry[]; head: Head; finding?: StreamFinding } {
  const entries: RecordedEntry[] = [];
  const begin = newestEpoch(incident, items, head.epoch);
  const commands = new Set(begin ? [] : knownCommands);
  let at = begin?.head ?? head;
  for (const item of items.slice(begin?.place ?? 0)) {
    const seq = at.seq + 1;
    const fail = (fault: EntryFault) => ({ entries, head: at, finding: { seq, fault } });
    const opened = openEntry(item);
    if (!opened.ok) return fail(opened.fault);
    const { entry } = opened;
    if (entry.incident !== incident) return fail("key-mismatch");
    if (entry.epoch !== at.epoch) return fail("epoch-mismatch");
    if (entry.seq !== seq) return fail("seq-gap");
    if (entry.prev !== at.hash) return fail("prev-mismatch");
    if (entry.at < at.at) return fail("time-fell");
    if (commands.has(entry.commandId)) return fail("command-repeated");
    commands.add(entry.commandId);
    entries.push(entry);
    at = { epoch: at.epoch, seq, hash: item.hash, at: entry.at };
  }
  return { entries, head: at };
}

/** The newest beginning of an epoch above `known` among these items, and what comes before its first entry. */
function newestEpoch(
  incident: string,
  items: readonly StoredEntry[],
  known: number,
): { place: number; head: Head } | undefined {
  for (let place = items.length - 1; place >= 0; place -= 1) {
    const item = items[place];
    if (!item?.type.startsWith("EpochOpened")) continue;
    const opened = openEntry(item);
    if (!opened.ok || opened.entry.incident !== incident || opened.entry.epoch <= known || !opensEpoch(opened.entry))
      continue;
    const { epoch, seq, prev } = opened.entry;
    return { place, head: { epoch, seq: seq - 1, hash: prev, at: "" } };
  }
  return undefined;
}
