import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readAlertingPayload } from "../../../bridge/ingress/alerting-payload.ts";
import { factOf, fixture, merged } from "./payloads.ts";

const RECEIVED = Date.parse("2026-11-21T10:10:00.000Z");
const read = (body: unknown, at = RECEIVED) => factOf(readAlertingPayload(body, at));
const firing = () => fixture("grafana-alerting-firing");
const alertsOf = (body: Record<string, unknown>) => body.alerts as Record<string, unknown>[];
const groupHash = createHash("sha256").update(String(firing().groupKey)).digest("hex");

test("a firing group carries what the room will show", () => {
  expect(read(firing())).toEqual({
    source: "alerting",
    kind: "firing",
    dedupeKey: expect.stringMatching(new RegExp(`^alerting\\|1\\|${groupHash}\\|firing\\|[0-9a-f]{64}$`)),
    correlationKey: `alerting|1|${groupHash}`,
    groupId: groupHash,
    title: "PaymentsErrorBudgetBurn",
    alertname: "PaymentsErrorBudgetBurn",
    labels: {
      alertname: "PaymentsErrorBudgetBurn",
      cluster: "eu-north-1",
      grafana_folder: "Payments",
      service: "payments",
      severity: "critical",
      team: "payments",
    },
    annotations: {
      summary: "payments is failing customer requests",
      description: "5xx ratio on payments-7c9f has been above 5% for 5 minutes.",
    },
    firingSince: "2026-11-21T09:10:00.000Z",
    alertCount: 2,
    responders: [],
    links: {
      dashboard: expect.stringContaining("/d/pay01xx?"),
      panel: expect.stringContaining("viewPanel=4"),
      silence: expect.stringContaining("/alerting/silence/new?"),
      runbook: "https://runbooks.kestrel.example.com/payments/error-budget-burn",
      generator: expect.stringContaining("/alerting/grafana/fe1k7m2q9bxs0d/view"),
    },
    occurredAt: "2026-11-21T09:11:00.000Z",
    receivedAt: "2026-11-21T10:10:00.000Z",
  });
});

test("the resolved group has the same correlation key, another dedupe key, and no time since when it fires", () => {
  const resolved = read(fixture("grafana-alerting-resolved"));
  expect(resolved.kind).toBe("resolved");
  expect(resolved.correlationKey).toBe(read(firing()).correlationKey);
  expect(resolved.dedupeKey).not.toBe(read(firing()).dedupeKey);
  expect(resolved.occurredAt).toBe("2026-11-21T10:03:00.000Z");
  expect(resolved.firingSince).toBeUndefined();
});

describe("dedupe", () => {
  test("a periodic repeat is the same call: order of alerts, values and time of arrival do not matter", () => {
    const repeat = {
      ...firing(),
      alerts: alertsOf(firing())
        .reverse()
        .map((alert) => ({ ...alert, values: null, valueString: "" })),
    };
    expect(read(repeat, RECEIVED + 3_600_000).dedupeKey).toBe(read(firing()).dedupeKey);
  });

  test.each([
    [
      "a new alert in the group",
      (alerts: Record<string, unknown>[]) => [...alerts, { ...alerts[0], fingerprint: "0000" }],
    ],
    [
      "an alert that resolved",
      (alerts: Record<string, unknown>[]) => [{ ...alerts[0], status: "resolved" }, ...alerts.slice(1)],
    ],
    [
      "an alert that fires again",
      (alerts: Record<string, unknown>[]) => [{ ...alerts[0], startsAt: "2026-11-21T09:30:00Z" }, ...alerts.slice(1)],
    ],
  ])("%s is another call", (_, change) => {
    expect(read({ ...firing(), alerts: change(alertsOf(firing())) }).dedupeKey).not.toBe(read(firing()).dedupeKey);
  });

  test("equal group keys of two organisations are two groups", () => {
    expect(read({ ...firing(), orgId: 2 }).correlationKey).not.toBe(read(firing()).correlationKey);
  });
});

test("alerts that were left out are counted and said", () => {
  const fact = read({ ...firing(), truncatedAlerts: 40 });
  expect(fact.alertCount).toBe(42);
  expect(fact.truncatedAlerts).toBe(40);
});

test("a body may mix firing and resolved alerts: only firing ones count", () => {
  const [first, second] = alertsOf(firing());
  expect(read({ ...firing(), alerts: [{ ...first, status: "resolved" }, second] })).toMatchObject({
    kind: "firing",
    alertCount: 1,
    firingSince: "2026-11-21T09:11:00.000Z",
  });
});

test("a thousand alerts are read", () => {
  const [first] = alertsOf(firing());
  const alerts = Array.from({ length: 1_000 }, (_, i) => ({ ...first, fingerprint: `f${i}` }));
  expect(read({ ...firing(), alerts }).alertCount).toBe(1_000);
});

test("without an alert name the title is Grafana's, without its count", () => {
  const alerts = alertsOf(firing()).map((alert) => ({ ...alert, labels: {} }));
  const fact = read(merged({ ...firing(), alerts }, { commonLabels: { alertname: null } }));
  expect(fact.title).toMatch(/^PaymentsErrorBudgetBurn Payments \(/);
});

describe("what is not the default payload is refused with the path", () => {
  test.each([
    ["a custom payload", { text: "hello" }, /status.*orgId.*groupKey.*alerts/s],
    ["plain Alertmanager, which has no organisation", () => ({ ...firing(), orgId: undefined, version: "4" }), /orgId/],
    ["no alerts", () => ({ ...firing(), alerts: [] }), /alerts/],
    [
      "an alert without fingerprint",
      () => ({ ...firing(), alerts: [{ status: "firing", startsAt: "x" }] }),
      /alerts\.0\.fingerprint/,
    ],
  ])("%s", (_, body, expected) => {
    const reading = readAlertingPayload(typeof body === "function" ? body() : body, RECEIVED);
    expect(reading.ok).toBe(false);
    expect(!reading.ok && reading.problems.join("\n")).toMatch(expected);
  });
});
