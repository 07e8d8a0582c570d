import type { Instant } from "../platform/clock.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** `HH:MM UTC`, rounded up to the minute; with the date when that is not the day the incident began. */
export function nextUpdateTime({ nextUpdateAt, startedAt }: { nextUpdateAt: Instant; startedAt: Instant }): string {
  const at: Instant = Math.ceil(nextUpdateAt / MINUTE_MS) * MINUTE_MS;
  const text = new Date(at).toISOString();
  const time = `${text.slice(11, 16)} UTC`;
  return Math.floor(at / DAY_MS) === Math.floor(startedAt / DAY_MS) ? time : `${time} on ${text.slice(0, 10)}`;
}
