/** Epoch milliseconds. */
export type Instant = number;

/** Where the hosted functions take time from. */
export interface Clock {
  now(): Instant;
  /** Resolves after `ms` milliseconds; at once when `ms` is not positive. */
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve()),
};

/** One second below the ten that Slack gives a handler of clicks and modals. */
const HANDLER_MS = 9_000;

/** When a handler that starts now must have answered. */
export const handlerDeadline = (clock: Clock = systemClock): Instant => clock.now() + HANDLER_MS;

/** What `promise` gives, or `late()` when that takes longer than `ms`. The promise itself goes on. */
export async function within<T, L>(promise: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late()), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const HOUR_MS = 3_600_000;
/** Slack refuses a schedule that starts in the past, and creating a trigger takes a moment. */
const LEAD_MS = 120_000;

/** The next time the clock shows `minute` past an hour, at least two minutes from `now`, in ISO 8601. */
export function nextHourlyStart(minute: number, now: Instant): string {
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS + minute * 60_000;
  const start = thisHour >= now + LEAD_MS ? thisHour : thisHour + HOUR_MS;
  return new Date(start >= now + LEAD_MS ? start : start + HOUR_MS).toISOString();
}
