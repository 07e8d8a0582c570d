import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import type { EventOf } from "./events.ts";
import type { RoomLifeEvent } from "./room-life-events.ts";
import type { Incident, Note } from "./state.ts";

/** Reminders, notes, ratings and reopening after one event. Total, as `evolve` is. */
export function evolveRoomLife(state: Incident, event: RoomLifeEvent, at: Instant): Incident {
  const { life } = state;
  switch (event.type) {
    case "NudgeListed":
      return event.n === state.nudges.n ? { ...state, nudges: { ...state.nudges, points: event.points } } : state;
    case "NudgesSilenced": {
      const { by, reason } = event;
      return { ...state, life: { ...life, silence: { by, reason, at, until: Date.parse(event.until) } } };
    }
    case "NudgesUnsilenced": {
      if (!life.silence) return state;
      const ended = { by: event.by, at };
      return {
        ...state,
        life: { ...life, silence: { ...life.silence, until: Math.min(life.silence.until, at), ended } },
      };
    }
    case "NoteTaken": {
      const { type: _, noteId, ...note } = event;
      return withNote(state, noteId, { ...note, saidAt: Date.parse(event.saidAt), takenAt: at });
    }
    case "NoteRevised":
      return withChange(state, event.noteId, { text: event.text, revisedAt: at });
    case "NoteWithdrawn":
      return withChange(state, event.noteId, { withdrawnAt: at });
    case "NotesReread":
      return event.noteIds.reduce((folded, noteId) => withChange(folded, noteId, { rereadAt: at }), state);
    case "ResponseRated": {
      const { score, comment } = event;
      return { ...state, life: { ...life, ratings: new Map(life.ratings).set(event.by, { score, comment }) } };
    }
    case "IncidentReopened":
      return reopened(state, event, at);
    case "PersonCalledIn": {
      // Invited anew, whatever came of it before: they may have left the room since.
      const invited = new Map(state.invited);
      invited.delete(event.userId);
      return {
        ...state,
        invited,
        life: { ...life, calledIn: new Map(life.calledIn).set(event.userId, { by: event.by }) },
      };
    }
    case "ClosingNotShown":
      return { ...state, life: { ...life, closingGivenUp: { reason: event.reason, at } } };
    case "RoomNotArchived":
      return { ...state, life: { ...life, notArchived: { reason: event.reason, at } } };
    case "BookmarkSet": {
      const { key, rev, bookmarkId } = event;
      return { ...state, life: { ...life, bookmarks: new Map(life.bookmarks).set(key, { rev, bookmarkId }) } };
    }
    default:
      return unreachable(event);
  }
}

const withNote = (state: Incident, noteId: string, note: Note): Incident => ({
  ...state,
  life: { ...state.life, notes: new Map(state.life.notes).set(noteId, note) },
});

const withChange = (state: Incident, noteId: string, change: Partial<Note>): Incident => {
  const note = state.life.notes.get(noteId);
  return note ? withNote(state, noteId, { ...note, ...change }) : state;
};

/**
 * Open as before. What was proven for the end that was none counts no longer, and neither does its postmortem: the next end gets
 * one of its own, because people may have worked on the first.
 */
function reopened(state: Incident, { by, reason }: EventOf<"IncidentReopened">, at: Instant): Incident {
  const { resolved, outcome: _outcome, publicLeftOpen: _left, ...rest } = state;
  if (!resolved) return state;
  const { closingShownAt: _shown, closingGivenUp: _givenUp, notArchived: _stood, ...life } = state.life;
  return {
    ...rest,
    status: "open",
    postmortem: {},
    response: { ...state.response, checks: new Map() },
    life: { ...life, ratings: new Map(), reopenings: [...life.reopenings, { by, reason, at, closed: resolved }] },
  };
}
