import { type Decision, happened, nothingNew, notOpen } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { noteIdOf } from "../marking.ts";
import type { Incident } from "../state.ts";

/** What a reading gave; only the first answer of each counts. What is in the record already is not suggested. */
export function recordMarked(state: Incident, marked: Omit<EventOf<"RoomMarked">, "type">): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  if (marked.n !== (state.marking?.n ?? 0) + 1) return nothingNew;
  const marks = marked.marks.filter(({ ts }) => !state.life.notes.has(noteIdOf(ts)));
  return happened({ type: "RoomMarked", ...marked, marks });
}
