import type { Instant } from "../platform/clock.ts";
import type { GrafanaLinks, Service } from "../services/services.ts";
import { fillQuery } from "./fill-query.ts";
import { logQuery } from "./read-logs.ts";
import { traceQuery } from "./read-traces.ts";

export interface TitledLink {
  title: string;
  url: string;
}

/** What led up to the alert is part of the picture. */
const BEFORE_MS = 30 * 60_000;

/** Links into Grafana's Explore that hold query and time window: from half an hour before the alert until now. */
export function exploreLinks(
  { service, entry, alertedAt }: { service: string; entry: Service | undefined; alertedAt: Instant },
  grafana: GrafanaLinks | undefined,
): TitledLink[] {
  if (grafana === undefined) return [];
  const range = { from: String(alertedAt - BEFORE_MS), to: "now" };
  const link = (title: string, type: string, uid: string | undefined, query: Record<string, string> | undefined) => {
    if (uid === undefined || query === undefined) return [];
    const datasource = { type, uid };
    const panes = { incident: { datasource: uid, queries: [{ refId: "A", datasource, ...query }], range } };
    const parameters = new URLSearchParams({ schemaVersion: "1", orgId: "1", panes: JSON.stringify(panes) });
    return [{ title, url: `${grafana.url}/explore?${parameters}` }];
  };
  const errorRate = entry?.queries.error_rate?.query;
  return [
    ...link(
      "Error rate in Explore",
      "prometheus",
      grafana.metrics,
      errorRate === undefined ? undefined : { expr: fillQuery(errorRate, service) },
    ),
    ...link("Logs", "loki", grafana.logs, { expr: logQuery(service, entry) }),
    ...link("Traces", "tempo", grafana.traces, { queryType: "traceql", query: traceQuery(service, entry) }),
  ];
}
