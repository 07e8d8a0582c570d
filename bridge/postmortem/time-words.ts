import type { Instant } from "../platform/clock.ts";

/** `2026-11-14 09:41:07 UTC`. */
export const utc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

const MINUTE_MS = 60_000;

/** `45 s`, `18 min`, `1 h 12 min`, `2 d 3 h 5 min`; whole seconds below one minute, whole minutes above. */
export function duration(from: Instant, to: Instant): string {
  const ms = Math.max(0, to - from);
  if (ms < MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  return [
    ...(days > 0 ? [`${days} d`] : []),
    ...(days > 0 || hours > 0 ? [`${hours} h`] : []),
    `${minutes % 60} min`,
  ].join(" ");
}
