import type { Clock, Instant } from "../../bridge/platform/clock.ts";

/** A clock that moves only when it is told to. */
export interface WoundClock extends Clock {
  advance(ms: number): void;
}

/** Both readings move together; `now` starts at `start`. */
export function woundClock(start: Instant = Date.parse("2026-11-21T09:14:05.000Z")): WoundClock {
  let passed = 0;
  return {
    now: () => start + passed,
    monotonic: () => passed,
    advance: (ms) => {
      passed += ms;
    },
  };
}
