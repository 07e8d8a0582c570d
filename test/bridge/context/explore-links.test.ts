import { expect, test } from "vitest";
import { exploreLinks } from "../../../bridge/context/explore-links.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const alertedAt = Date.parse("2026-11-21T09:14:03.000Z");
const grafana = { url: "https://grafana.example.com", metrics: "prom-1", logs: "loki-1", traces: "tempo-1" };
const entry = parseServices(SERVICES_YAML, "services.yaml").entry("payments");
const panesOf = (url: string) => JSON.parse(new URL(url).searchParams.get("panes") ?? "") as Record<string, unknown>;

test("each link holds data source, query and a window that begins half an hour before the alert", () => {
  const links = exploreLinks({ service: "payments", entry, alertedAt }, grafana);
  expect(links.map(({ title }) => title)).toEqual(["Error rate in Explore", "Logs", "Traces"]);
  expect(links.map(({ url }) => panesOf(url).incident)).toMatchObject([
    { datasource: "prom-1", queries: [{ expr: 'sum(rate(http_errors{service="payments"}[5m]))' }] },
    { datasource: "loki-1", queries: [{ expr: expect.stringContaining('{service_name="payments"}') }] },
    { datasource: "tempo-1", queries: [{ queryType: "traceql", query: expect.stringContaining('name="payments"') }] },
  ]);
  for (const { url } of links) {
    expect(panesOf(url).incident).toMatchObject({ range: { from: String(alertedAt - 1_800_000), to: "now" } });
    expect(url.length).toBeLessThan(1_500);
  }
});

test("what is not configured has no link, and an unknown service is escaped", () => {
  expect(exploreLinks({ service: "payments", entry, alertedAt }, undefined)).toEqual([]);
  const links = exploreLinks({ service: 'a"b', entry: undefined, alertedAt }, { url: grafana.url, logs: "loki-1" });
  expect(links.map(({ title }) => title)).toEqual(["Logs"]);
  expect(JSON.stringify(panesOf(links[0]?.url ?? ""))).toContain('{service_name=\\"a\\\\\\"b\\"}');
});
