/** Epoch milliseconds. */
export type Instant = number;

/** Where time comes from. Only `systemClock` reads the machine's clocks; tests wind their own. */
export interface Clock {
  /** Wall-clock time, for what is written down and compared across machines. */
  now(): Instant;
  /** Milliseconds that never run backwards, for measuring how long something took in this process. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** ISO 8601 with milliseconds, UTC: the only way an instant is written into the ledger. */
export const iso = (instant: Instant): string => new Date(instant).toISOString();
