import { isObject } from "./block-check.ts";
import { SlackError } from "./slack-error.ts";
import type { Json } from "./state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const refuse = (message: string): SlackError =>
  new SlackError("invalid_trigger_schedule", { response_metadata: { messages: [`[ERROR] ${message}`] } });

const FREQUENCIES = ["once", "hourly", "daily", "weekly", "monthly", "yearly"];

export interface Schedule {
  start: number;
  frequency: string;
  every: number;
}

/** @throws SlackError naming what is wrong with the schedule of a trigger. */
export function readSchedule(schedule: Json | undefined, now: number): Schedule {
  if (!isObject(schedule)) throw refuse("missing required field: schedule");
  const start = Date.parse(String(schedule.start_time));
  if (Number.isNaN(start)) throw refuse("schedule.start_time must be an ISO 8601 date");
  if (start <= now) throw refuse(`schedule.start_time ${String(schedule.start_time)} must lie in the future`);
  const given = isObject(schedule.frequency) ? schedule.frequency : { type: "once" };
  const frequency = String(given.type);
  if (!FREQUENCIES.includes(frequency))
    throw refuse(`schedule.frequency.type ${frequency} is none of ${FREQUENCIES.join(", ")}`);
  return { start, frequency, every: typeof given.repeats_every === "number" ? given.repeats_every : 1 };
}

/** The first time due after `now`; null when it is over. */
export function nextDue(schedule: Json | undefined, now: number): number | null {
  const read = readSchedule(schedule, Number.NEGATIVE_INFINITY);
  if (read.start > now) return read.start;
  const end = Date.parse(String(schedule?.end_time));
  const due = repeat(read, now);
  return due === null || due > end ? null : due;
}

function repeat({ start, frequency, every }: Schedule, now: number): number | null {
  const fixed = { hourly: HOUR_MS, daily: DAY_MS, weekly: 7 * DAY_MS }[frequency];
  if (fixed) return start + (Math.floor((now - start) / (fixed * every)) + 1) * fixed * every;
  if (frequency === "once") return null;
  const date = new Date(start);
  while (date.getTime() <= now) {
    if (frequency === "monthly") date.setUTCMonth(date.getUTCMonth() + every);
    else date.setUTCFullYear(date.getUTCFullYear() + every);
  }
  return date.getTime();
}
