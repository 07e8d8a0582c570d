import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { FoundTrace, TempoClient } from "../clients/tempo-client.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import type { Instant } from "../platform/clock.ts";
import type { Service } from "../services/services.ts";
import { fillQuery } from "./fill-query.ts";
import { formatMeasure } from "./format-measure.ts";
import { logPattern } from "./log-pattern.ts";
import { given, missing, type Reading } from "./reading.ts";

const WINDOW_MS = 15 * 60_000;
const TRACES = 20;
const SHOWN = 3;

/** For services without a trace query of their own. */
const DEFAULT_QUERY = '{resource.service.name="{{service}}" && (status=error || duration>1s)}';

export const traceQuery = (service: string, entry: Service | undefined): string =>
  fillQuery(entry?.queries.traces ?? DEFAULT_QUERY, service);

/** The slowest of the traces that were slow or failed of late. */
export async function readTraces(
  { service, entry, now }: { service: string; entry: Service | undefined; now: Instant },
  budget: Budget,
  tempo: TempoClient | undefined,
): Promise<Reading> {
  if (tempo === undefined) return missing("traces", "no traces are configured (TEMPO_URL)");
  const wanted = { query: traceQuery(service, entry), from: now - WINDOW_MS, to: now, limit: TRACES };
  const found = await askWithin(budget, (timeoutMs) => tempo.search(wanted, { timeoutMs }));
  if (isUnavailable(found)) return missing("traces", found.unavailable);
  if (found.length === 0) return missing("traces", "no data: no matching trace in the last 15 minutes");
  const slowestFirst = found.toSorted((a, b) => (b.durationMs ?? -1) - (a.durationMs ?? -1));
  const count = `${found.length}${found.length === TRACES ? " or more" : ""} found in the last 15 minutes`;
  return given("traces", count, slowestFirst.slice(0, SHOWN).map(traceText));
}

function traceText({ traceId, service, operation, durationMs }: FoundTrace): string {
  const took = durationMs === undefined ? "duration unknown" : formatMeasure(durationMs / 1_000, "seconds");
  // Paths hold whatever people put into them.
  return `${took}: ${logPattern(operation) || "unnamed"} of ${service.slice(0, 60) || "an unnamed service"}, trace ${traceId.slice(0, 32)}`;
}
