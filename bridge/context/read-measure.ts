import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { MimirClient } from "../clients/mimir-client.ts";
import type { Instant } from "../platform/clock.ts";
import type { Service } from "../services/services.ts";
import { fillQuery } from "./fill-query.ts";
import { formatMeasure } from "./format-measure.ts";
import { given, missing, notConfigured, type Reading, whyNone } from "./reading.ts";

const EARLIER_MS = 2 * 3_600_000;

export type Measure = "error_rate" | "latency" | "saturation";
export const MEASURES: readonly Measure[] = ["error_rate", "latency", "saturation"];

/** One measure now against two hours ago. */
export async function readMeasure(
  measure: Measure,
  { service, entry, now }: { service: string; entry: Service | undefined; now: Instant },
  budget: Budget,
  mimir: MimirClient,
): Promise<Reading> {
  const query = entry?.queries[measure];
  if (query === undefined) return missing(measure, notConfigured(service, entry, `${measure} query`));
  const promql = fillQuery(query.query, service);
  const valueAt = (at: Instant) => askWithin(budget, (timeoutMs) => mimir.valueAt(promql, at, { timeoutMs }));
  const [current, earlier] = await Promise.all([valueAt(now), valueAt(now - EARLIER_MS)]);

  const past =
    typeof earlier === "number"
      ? `${formatMeasure(earlier, query.unit)} two hours ago`
      : `two hours ago unavailable (${whyNone(earlier)})`;
  return typeof current === "number"
    ? given(measure, `${formatMeasure(current, query.unit)} now, ${past}`)
    : missing(measure, typeof earlier === "number" ? `${whyNone(current)}; it was ${past}` : whyNone(current));
}
