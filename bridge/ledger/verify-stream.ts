import { type EntryFault, FIRST_EPOCH, genesisHash, openEntry } from "./entry.ts";
import type { RecordedEntry, StoredEntry } from "./entry-types.ts";

export interface Head {
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

export const emptyHead = (incident: string): Head => ({ seq: 0, hash: genesisHash(incident, FIRST_EPOCH), at: "" });

/**
 * Walks stored entries in key order from `head` and checks each link. Stops at the first fault: nothing behind it can be
 * trusted to be where it is.
 */
export function verifyStream(
  incident: string,
  items: readonly StoredEntry[],
  head: Head = emptyHead(incident),
  knownCommands: ReadonlySet<string> = new Set(),
): { entries: RecordedEntry[]; head: Head; finding?: StreamFinding } {
  const entries: RecordedEntry[] = [];
  const commands = new Set(knownCommands);
  let at = head;
  for (const item of items) {
    const seq = at.seq + 1;
    const fail = (fault: EntryFault) => ({ entries, head: at, finding: { seq, fault } });
    const opened = openEntry(item);
    if (!opened.ok) return fail(opened.fault);
    const { entry } = opened;
    if (entry.incident !== incident) return fail("key-mismatch");
    if (entry.seq !== seq) return fail("seq-gap");
    if (entry.prev !== at.hash) return fail("prev-mismatch");
    if (entry.at < at.at) return fail("time-fell");
    if (commands.has(entry.commandId)) return fail("command-repeated");
    commands.add(entry.commandId);
    entries.push(entry);
    at = { seq, hash: item.hash, at: entry.at };
  }
  return { entries, head: at };
}
