import type { Instant } from "../platform/clock.ts";
import { type Decision, happened, nothingNew, notOpen } from "./decision.ts";
import type { EventOf } from "./events.ts";
import { mayUseModel } from "./response/may-use-model.ts";
import { isRestricted } from "./restricted.ts";
import type { Incident } from "./state.ts";

/** A room in which nothing is said is read less often: after each fruitless reading twice as late, up to eight times. */
const MAX_DOUBLINGS = 3;
/** Longer incidents are read by people. */
const MAX_READINGS = 100;

/** The id under which a marked message is a note. */
export const noteIdOf = (ts: string): string => `m${ts}`;

/** Whether the room is to be read now; `everyMs` undefined: nobody suggests anything here. Never of a restricted incident. */
export function readingDue(state: Incident, now: Instant, everyMs: number | undefined): number | undefined {
  const { marking, roomOpenedAt } = state;
  if (everyMs === undefined || state.status !== "open" || roomOpenedAt === undefined) return undefined;
  if (!mayUseModel(state) || isRestricted(state)) return undefined;
  const n = (marking?.n ?? 0) + 1;
  const waitMs = everyMs * 2 ** Math.min(marking?.idle ?? 0, MAX_DOUBLINGS);
  return n <= MAX_READINGS && now >= (marking?.at ?? roomOpenedAt) + waitMs ? n : undefined;
}

/** What a reading gave; only the first answer of each counts. What is in the record already is not suggested. */
export function recordMarked(state: Incident, marked: Omit<EventOf<"RoomMarked">, "type">): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  if (marked.n !== (state.marking?.n ?? 0) + 1) return nothingNew;
  const marks = marked.marks.filter(({ ts }) => !state.life.notes.has(noteIdOf(ts)));
  return happened({ type: "RoomMarked", ...marked, marks });
}

/** The state after a reading. */
export function evolveMarking(state: Incident, event: EventOf<"RoomMarked">, at: Instant): Incident {
  const { n, until, marks } = event;
  const { list, until: before = null, idle = 0 } = state.marking ?? {};
  const newest = marks.length > 0 ? { n, marks } : list;
  return {
    ...state,
    marking: {
      n,
      at,
      until: until ?? before,
      idle: marks.length > 0 ? 0 : idle + 1,
      ...(newest ? { list: newest } : {}),
    },
  };
}
