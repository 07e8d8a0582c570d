import type { EffectReport } from "../../shared/contracts/outbox.ts";
import { typedText } from "../commands/typed-text.ts";
import type { SeenNote } from "../incident/decide/notes.ts";
import { isUnread } from "../incident/sealed-events.ts";
import type { Incident } from "../incident/state.ts";
import { capturedText } from "../redaction/captured-text.ts";

type Read = Extract<EffectReport, { result: "messages-read" }>["messages"];

/**
 * How the notes behind these messages stand. `state` is the incident as people read it: what decides may not look at words, so they
 * are compared here. Words that were erased, or cannot be read, are not taken up a second time.
 */
export function seenNotes(state: Incident, read: Read): SeenNote[] {
  return read.flatMap(({ ts, text: said }): SeenNote[] => {
    const noteId = `m${ts}`;
    const note = state.life.notes.get(noteId);
    if (!note) return [];
    if (said === null) return [{ noteId, now: "gone" }];
    const { text } = capturedText(typedText(said));
    return [text === note.text || isUnread(note.text) ? { noteId, now: "same" } : { noteId, now: "changed", text }];
  });
}
