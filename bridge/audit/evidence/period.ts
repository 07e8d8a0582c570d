import type { Instant } from "../../platform/clock.ts";

/** Whole days, UTC, both ends included. */
export interface Period {
  /** `2026-10-01`. */
  from: string;
  to: string;
  /** Milliseconds: the first of `from`, and the first after `to`. */
  begins: Instant;
  ends: Instant;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** Reads two days; a sentence where they are none or in the wrong order. */
export function readPeriod(from: string | undefined, to: string | undefined): Period | string {
  const begins = instantOf(from);
  const last = instantOf(to);
  if (from === undefined || to === undefined || begins === undefined || last === undefined)
    return "--from and --to are days such as 2026-10-01, both included";
  if (last < begins) return `--to ${to} is before --from ${from}`;
  return { from, to, begins, ends: last + DAY_MS };
}

function instantOf(day: string | undefined): Instant | undefined {
  if (day === undefined || !DAY.test(day)) return undefined;
  const instant = Date.parse(`${day}T00:00:00.000Z`);
  // The 31st of a month that has none would be another day without a word.
  return Number.isFinite(instant) && new Date(instant).toISOString().startsWith(day) ? instant : undefined;
}

export const within = ({ begins, ends }: Period, at: string): boolean => {
  const instant = Date.parse(at);
  return instant >= begins && instant < ends;
};
