import type { IncidentEvent } from "../incident/events.ts";
import type { Entry } from "../ledger/entry-types.ts";

/** Stands for words of a message that its author has taken away. */
export const TAKEN_BACK = "[deleted in Slack]";
/** Stands for words of a message that reads otherwise now. */
export const REPLACED = "[changed later]";

/**
 * The same entries for whoever quotes them: of a message that was edited only its last words, of one that was deleted none. What the
 * words were when they were marked stays in the record, for those who may export it.
 */
export function asItStands(entries: readonly Entry[]): Entry[] {
  const last = new Map<string, { seq: number; withdrawn: boolean }>();
  for (const { seq, events } of entries) {
    for (const event of events) {
      if (event.type === "NoteRevised") last.set(event.noteId, { seq, withdrawn: false });
      if (event.type === "NoteWithdrawn") last.set(event.noteId, { seq, withdrawn: true });
    }
  }
  const standing = (event: IncidentEvent, seq: number): IncidentEvent => {
    if (event.type !== "NoteTaken" && event.type !== "NoteRevised") return event;
    const newest = last.get(event.noteId);
    if (newest?.withdrawn) return { ...event, text: TAKEN_BACK };
    return newest !== undefined && newest.seq > seq ? { ...event, text: REPLACED } : event;
  };
  return last.size === 0
    ? [...entries]
    : entries.map((entry) => ({ ...entry, events: entry.events.map((event) => standing(event, entry.seq)) }));
}
