import type { Instant } from "../../platform/clock.ts";
import type { Incident } from "../state.ts";
import { itemsOf } from "./items.ts";
import { overlong } from "./phase-exits.ts";

/** Something whose time has passed, for the reminder of the room. */
export interface Overdue {
  key: string;
  text: string;
  role: string;
  /** Who it was given to, by name. */
  assignee?: string;
  minutesLate: number;
}

const SHOWN = 5;

/**
 * What is overdue, the oldest first, at most five; the clocks that have run out, apart, because a duty to somebody outside must not
 * drown in a long checklist; and the phase when it lasts too long. Nothing of an incident that is over.
 */
export function overdueOf(
  state: Incident,
  now: Instant,
): { items: Overdue[]; more: number; clocks: Overdue[]; phase?: string } {
  if (state.status !== "open") return { items: [], more: 0, clocks: [] };
  const late = itemsOf(state)
    .flatMap((item) =>
      item.status === "open" && item.dueAt !== undefined && item.dueAt < now ? [{ ...item, dueAt: item.dueAt }] : [],
    )
    .sort((a, b) => a.dueAt - b.dueAt || (a.key < b.key ? -1 : 1));
  const overdue = late.map(({ key, kind, text, role, record, dueAt }) => ({
    kind,
    one: {
      key,
      text,
      role,
      ...(record.assigned ? { assignee: record.assigned.to } : {}),
      minutesLate: Math.floor((now - dueAt) / 60_000),
    },
  }));
  const items = overdue.filter(({ kind }) => kind !== "clock").map(({ one }) => one);
  return {
    items: items.slice(0, SHOWN),
    more: Math.max(0, items.length - SHOWN),
    clocks: overdue.filter(({ kind }) => kind === "clock").map(({ one }) => one),
    ...(overlong(state, now) ? { phase: state.response.phase } : {}),
  };
}
