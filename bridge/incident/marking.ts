import type { Instant } from "../platform/clock.ts";
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
