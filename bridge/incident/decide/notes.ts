import type { NoteKind, NoteWay } from "../../../shared/vocabulary.ts";
import { type Instant, iso } from "../../platform/clock.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { IncidentEvent } from "../events.ts";
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

/** How the message behind a note was found when Slack was asked again. */
export type SeenNote =
  | { noteId: string; now: "same" }
  | { noteId: string; now: "gone" }
  /** `text`: its words now, as the record may hold them. */
  | { noteId: string; now: "changed"; text: string };

/** Follows what people did to messages that are in the record. What was deleted stays so: its words are not taken up again. */
export function recordReread(state: Incident, seen: readonly SeenNote[]): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  const known = seen.filter(({ noteId }) => state.life.notes.get(noteId)?.withdrawnAt === undefined);
  const noteIds = known.map(({ noteId }) => noteId).filter((noteId) => state.life.notes.has(noteId));
  if (noteIds.length === 0) return nothingNew;
  const changes = known.flatMap((note): IncidentEvent[] => {
    const { noteId } = note;
    const before = state.life.notes.get(noteId);
    if (before === undefined || note.now === "same") return [];
    const { author } = before;
    if (note.now === "gone") return [{ type: "NoteWithdrawn", noteId, author }];
    return [{ type: "NoteRevised", noteId, text: note.text, author }];
  });
  return happened(...changes, { type: "NotesReread", noteIds });
}
