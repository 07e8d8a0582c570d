import { expect, test } from "vitest";
import type { Reading } from "../../../bridge/ingress/alert-fact.ts";
import { readAlertingPayload } from "../../../bridge/ingress/alerting-payload.ts";
import { readOncallPayload } from "../../../bridge/ingress/oncall-payload.ts";
import { DRILL_FIXTURES, type DrillFixture, drillOverrides } from "../../sandbox/console/page/drill-alert.ts";
import { alertPayload, type Overrides } from "../../sandbox/world/alert-payload.ts";

const now = Date.parse("2026-12-01T03:00:00Z");
const drill = { service: "checkout", severity: "high", group: "IABC123", startedAt: now - 240_000, now };

/** What the bridge would understand of a drill alert that the world sends. */
function understood(fixture: DrillFixture, change: Partial<typeof drill> = {}) {
  const overrides = drillOverrides({ ...drill, ...change, fixture }) as Overrides;
  const payload = alertPayload({ fixture, overrides, asIs: false, now, openings: new Map() });
  const reading: Reading = fixture.startsWith("oncall-")
    ? readOncallPayload(payload, now)
    : readAlertingPayload(payload, now);
  if (!reading.ok) throw new Error(reading.problems.join("; "));
  return reading.fact;
}

test.each(DRILL_FIXTURES.map(({ name }) => name))(
  "%s names the chosen service and severity to the bridge",
  (fixture) => {
    const { labels } = understood(fixture);
    expect([labels.service ?? labels.service_name, labels.severity]).toEqual(["checkout", "high"]);
  },
);

test("payloads of one group are one group to the bridge, those of another are not", () => {
  for (const source of ["grafana-", "oncall-"]) {
    const fixtures = DRILL_FIXTURES.map(({ name }) => name).filter((name) => name.startsWith(source));
    const keys = (group: string) => fixtures.map((fixture) => understood(fixture, { group }).correlationKey);
    expect(new Set(keys("IABC123")).size).toBe(1);
    expect(new Set([...keys("IABC123"), ...keys("IXYZ789")]).size).toBe(2);
  }
});

test("an alert keeps its identity from firing to resolved", () => {
  const alerts = (fixture: DrillFixture, at: number) =>
    (drillOverrides({ ...drill, now: at, fixture }).alerts as { fingerprint: string; startsAt: string }[]).map(
      ({ fingerprint, startsAt }) => `${fingerprint} ${startsAt}`,
    );
  const firing = alerts("grafana-alerting-firing", now);
  expect(alerts("grafana-alerting-resolved", now + 60_000)).toEqual(firing);
  expect(new Set(firing).size).toBe(2);
  expect(understood("grafana-alerting-firing").firingSince).toBe(new Date(drill.startedAt).toISOString());
});
