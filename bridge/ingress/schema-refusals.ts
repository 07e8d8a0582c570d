import type { Clock, Instant } from "../platform/clock.ts";

/** Calls that were signed well and could not be understood. Their senders will not repeat them, so health says so. */
export interface SchemaRefusals {
  count(): void;
  lastHour(): number;
}

const HOUR_MS = 3_600_000;
/** More than this in an hour is "many": the number is a signal, not an invoice. */
const MAX_KEPT = 10_000;

export function createSchemaRefusals({ clock }: { clock: Clock }): SchemaRefusals {
  let moments: Instant[] = [];
  const prune = () => {
    const since = clock.monotonic() - HOUR_MS;
    moments = moments.filter((at) => at > since);
  };
  return {
    count() {
      if (moments.length >= MAX_KEPT) prune();
      if (moments.length < MAX_KEPT) moments.push(clock.monotonic());
    },
    lastHour() {
      prune();
      return moments.length;
    },
  };
}
