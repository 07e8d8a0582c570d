import type { NoteKind, NoteWay } from "../../../shared/vocabulary.ts";
import { type Instant, iso } from "../../platform/clock.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { Incident } from "../state.ts";

/** More than this and the record of the room is the room itself. */
const NOTES_MAX = 200;

interface TakeNote {
  noteId: string;
  kind: NoteKind;
  via: NoteWay;
  text: string;
  author: string | null;
  by: string;
  ts: string | null;
  saidAt: Instant;
}

/** Puts words into the record, as long as there is a room. A message is a note once; marked as a decision it becomes one. */
export function takeNote(state: Incident, { saidAt, ...note }: TakeNote): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  const before = state.life.notes.get(note.noteId);
  if (before && (before.kind === note.kind || note.kind === "fact")) return nothingNew;
  if (!before && state.life.notes.size >= NOTES_MAX) {
    return refuse("too-many-notes", `This incident has ${NOTES_MAX} notes; no more are kept.`);
  }
  return happened({ type: "NoteTaken", ...note, saidAt: iso(saidAt) });
}
