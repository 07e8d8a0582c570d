import type { SeenCall } from "./slow-path-to.ts";

/** Clocks are read in milliseconds, and a follower starts in the same one in which its forerunner ends. */
const BLUR_MS = 3;

/**
 * The chain of calls that led to `last`, first one first: before each call stands the one that ended latest among those that
 * had ended when it started. Calls that ran beside the chain are not in it.
 */
export function criticalPath(calls: readonly SeenCall[], last: SeenCall): readonly SeenCall[] {
  const chain = [last];
  for (;;) {
    const follower = chain[0] ?? last;
    const before = calls
      .filter((call) => call.startedAt < follower.startedAt && call.endedAt <= follower.startedAt + BLUR_MS)
      .sort((a, b) => b.endedAt - a.endedAt)[0];
    if (before === undefined) return chain;
    chain.unshift(before);
  }
}
