import type { Instant } from "../../platform/clock.ts";

export interface WalkPeriods {
  /** An incident that is open is walked whole at least this often, milliseconds. */
  openMs: number;
  /** Every other one. */
  closedMs: number;
}

/**
 * Which streams are due to be walked whole, the most overdue first, measured by their own period: when there is more than one turn
 * can do, open and closed ones wait in proportion, and none for ever.
 * @param walked when each known stream was last walked to its end; never: undefined
 */
export function dueWalks(
  walked: ReadonlyMap<string, Instant | undefined>,
  open: ReadonlySet<string>,
  now: Instant,
  { openMs, closedMs }: WalkPeriods,
): string[] {
  const overdue = (incident: string): number => {
    const at = walked.get(incident);
    return at === undefined ? Number.POSITIVE_INFINITY : (now - at) / (open.has(incident) ? openMs : closedMs);
  };
  return [...new Set([...open, ...walked.keys()])]
    .map((incident) => ({ incident, by: overdue(incident) }))
    .filter(({ by }) => by >= 1)
    .sort((a, b) => (a.by === b.by ? (a.incident < b.incident ? -1 : 1) : a.by > b.by ? -1 : 1))
    .map(({ incident }) => incident);
}
