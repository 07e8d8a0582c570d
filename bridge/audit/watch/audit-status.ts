import type { Instant } from "../../platform/clock.ts";
import type { Broken, PassResult, StreamMark } from "./audit-records.ts";
import type { WalkPeriods } from "./due-walks.ts";

/** `unknown`: nothing was looked at. It is never shown as well, and `stale` is not either. */
export type AuditStatus = "ok" | "broken" | "stale" | "unknown";

/** What was found, by all replicas together. */
export interface AuditView {
  A: PassResult | undefined;
  B: PassResult | undefined;
  C: PassResult | undefined;
  scan: PassResult | undefined;
  broken: readonly Broken[];
}

export interface AuditPeriods extends WalkPeriods {
  /** How often passes A and C are made, milliseconds. */
  everyMs: number;
}

/** A look older than so many of its intervals says nothing about now. */
export const STALE_INTERVALS = 3;
/** The rolling walk and the scan have all day; an hour more is no reason to worry. */
const ROLLING_SLACK_MS = 3_600_000;

/** Of the whole record. A finding counts however old it is: it does not go away by nobody looking. */
export function auditStatus({ A, B, C, scan, broken }: AuditView, now: Instant, periods: AuditPeriods): AuditStatus {
  if (broken.some(({ total }) => total > 0)) return "broken";
  // Without the scan only the streams that somebody knows of were looked at.
  if (!A || !B || !C || !scan) return "unknown";
  const limitMs = STALE_INTERVALS * periods.everyMs;
  const oldestWalk = B.counts.oldestWalkAt;
  const late =
    [A, B, C].some(({ at }) => now - at > limitMs) ||
    (oldestWalk !== undefined && now - oldestWalk > periods.closedMs + ROLLING_SLACK_MS);
  return late ? "stale" : "ok";
}

/** Of one stream: as of its last whole walk. */
export function streamStatus(
  { mark, broken, open }: { mark: StreamMark | undefined; broken: Broken | undefined; open: boolean },
  now: Instant,
  periods: AuditPeriods,
): AuditStatus {
  if (broken && broken.total > 0) return "broken";
  if (mark?.walkedAt === undefined) return "unknown";
  const limitMs = open ? STALE_INTERVALS * periods.openMs : periods.closedMs + ROLLING_SLACK_MS;
  return now - mark.walkedAt > limitMs ? "stale" : "ok";
}
