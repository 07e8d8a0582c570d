import type { Outcome } from "../bridge-client.ts";
import type { Clock, Instant } from "../clock.ts";

const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4_000;

/** Repeats `ask` with growing pauses while the bridge cannot be reached and there is time. */
export async function repeated<T>(
  { clock, until }: { clock: Clock; until: Instant },
  ask: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  for (let pauseMs = FIRST_BACKOFF_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_BACKOFF_MS)) {
    const outcome = await ask();
    const hopeless =
      outcome.kind !== "unreachable" || outcome.why === "not-configured" || outcome.why === "not-allowed";
    if (hopeless || clock.now() + pauseMs >= until) return outcome;
    await clock.sleep(pauseMs);
  }
}
