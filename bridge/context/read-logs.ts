import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { LokiClient } from "../clients/loki-client.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import type { Instant } from "../platform/clock.ts";
import type { Service } from "../services/services.ts";
import { fillQuery } from "./fill-query.ts";
import { logPattern } from "./log-pattern.ts";
import { given, missing, type Reading } from "./reading.ts";

const WINDOW_MS = 15 * 60_000;
const LINES = 100;
const PATTERNS = 3;

/** For services without a log query of their own: the label that OpenTelemetry and Grafana's agents set. */
const DEFAULT_QUERY = '{service_name="{{service}}"} |~ "(?i)(error|exception|fatal|panic|exhausted|timed out)"';

export const logQuery = (service: string, entry: Service | undefined): string =>
  fillQuery(entry?.queries.logs ?? DEFAULT_QUERY, service);

/** How many error lines there were of late and what they say most; the lines themselves go nowhere. */
export async function readLogs(
  { service, entry, now }: { service: string; entry: Service | undefined; now: Instant },
  budget: Budget,
  loki: LokiClient | undefined,
): Promise<Reading> {
  if (loki === undefined) return missing("logs", "no logs are configured (LOKI_URL)");
  const wanted = { query: logQuery(service, entry), from: now - WINDOW_MS, to: now, limit: LINES };
  const found = await askWithin(budget, (timeoutMs) => loki.recentLines(wanted, { timeoutMs }));
  if (isUnavailable(found)) return missing("logs", found.unavailable);
  if (found.lines.length === 0) return missing("logs", "no data: no matching line in the last 15 minutes");

  const counts = new Map<string, number>();
  for (const line of found.lines) {
    const pattern = logPattern(line);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, PATTERNS);
  const count = `${found.lines.length}${found.more ? " or more" : ""} ${found.lines.length === 1 ? "line" : "lines"}`;
  return given(
    "logs",
    `${count} in the last 15 minutes`,
    most.map(([pattern, times]) => `${times} × ${pattern}`),
  );
}
