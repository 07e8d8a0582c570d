import assert from "node:assert/strict";
import { beforeEach, test } from "vitest";
import { instantsOf, type Json, readFixture } from "../../sandbox/story.ts";
import { type AlertFixture, alertPayload, type Openings, type Overrides } from "../../sandbox/world/alert-payload.ts";
import { pythonJson } from "../../sandbox/world/python-json.ts";

const NOW = Date.parse("2027-02-03T04:05:06.789Z");
let openings: Openings;
beforeEach(() => {
  openings = new Map();
});

const make = (fixture: AlertFixture, overrides: Overrides = {}, now = NOW, asIs = false) =>
  alertPayload({ fixture, overrides, asIs, now, openings }) as Record<string, Json>;
const at = (value: Json, ...path: (string | number)[]): Json =>
  path.reduce<Json>((inner, key) => (inner as Record<string, Json>)[key] ?? null, value);

test("a created alert group is opened now, with every spelling of a date kept", () => {
  const payload = make("oncall-alert-group-created");
  assert.equal(at(payload, "event", "time"), "2027-02-03T04:05:06.789204+00:00");
  assert.equal(at(payload, "alert_group", "created_at"), "2027-02-03T04:05:06.789204Z");
  assert.equal(at(payload, "alert_payload", "alerts", 0, "startsAt"), "2027-02-03T04:01:03Z");
  assert.equal(at(payload, "alert_payload", "alerts", 0, "endsAt"), "0001-01-01T00:00:00Z");
  const link = String(at(payload, "alert_payload", "alerts", 0, "dashboardURL"));
  const from = Number(/from=(\d+)/.exec(link)?.[1]);
  assert.equal(new Date(from).toISOString().slice(0, 16), "2027-02-03T04:01");
});

test("the fresh group id stands in every place of the old one", () => {
  const payload = make("oncall-alert-group-created");
  const id = String(payload.alert_group_id);
  assert.match(id, /^I[A-Z0-9]{12}$/);
  assert.notEqual(id, "IW4K9ZP7TN2XC");
  assert.doesNotMatch(JSON.stringify(payload), /IW4K9ZP7TN2XC/);
  assert.match(String(at(payload, "alert_group", "permalinks", "web")), new RegExp(`${id}$`));
  assert.equal(at(payload, "alert_group", "last_alert", "alert_group_id"), id);
  assert.notEqual(make("oncall-alert-group-created").alert_group_id, id);
});

test("an id in the overrides is used everywhere, wherever it was written", () => {
  for (const overrides of [{ alert_group_id: "IMINE" }, { alert_group: { id: "IMINE" } }] as Overrides[]) {
    const payload = make("oncall-acknowledge", overrides);
    assert.equal(payload.alert_group_id, "IMINE");
    assert.equal(at(payload, "alert_group", "id"), "IMINE");
    assert.equal(at(payload, "alert_group", "last_alert", "alert_group_id"), "IMINE");
  }
});

test("what comes later in a group agrees with its opening and is itself now", () => {
  const opened = make("oncall-alert-group-created");
  const later = NOW + 10 * 60_000;
  const acknowledged = make("oncall-acknowledge", { alert_group_id: String(opened.alert_group_id) }, later);
  assert.equal(at(acknowledged, "alert_group", "created_at"), at(opened, "alert_group", "created_at"));
  assert.equal(Date.parse(String(at(acknowledged, "event", "time"))), later);
  assert.equal(
    at(acknowledged, "alert_payload", "alerts", 0, "startsAt"),
    at(opened, "alert_payload", "alerts", 0, "startsAt"),
  );
});

test("Alerting keeps group key and fingerprints; resolved names the start that fired", () => {
  const fixture = readFixture("grafana-alerting-firing") as Record<string, Json>;
  const firing = make("grafana-alerting-firing");
  const repeated = make("grafana-alerting-firing", {}, NOW + 60_000);
  const resolved = make("grafana-alerting-resolved", {}, NOW + 300_000);
  assert.equal(firing.groupKey, fixture.groupKey);
  assert.equal(at(firing, "alerts", 1, "fingerprint"), "4be7d20916c8f3a1");
  assert.deepEqual(repeated, firing);
  assert.equal(at(resolved, "alerts", 0, "startsAt"), at(firing, "alerts", 0, "startsAt"));
  assert.equal(Math.max(...instantsOf(resolved)), Math.floor((NOW + 300_000) / 1_000) * 1_000);
  const again = make("grafana-alerting-firing", {}, NOW + 600_000);
  assert.notEqual(at(again, "alerts", 0, "startsAt"), at(firing, "alerts", 0, "startsAt"));
});

test("overrides merge deeply, replace arrays and set null", () => {
  const payload = make("grafana-alerting-firing", {
    commonLabels: { severity: "warning" },
    alerts: [],
    message: null,
    __proto__: null,
  } as Overrides);
  assert.equal(at(payload, "commonLabels", "severity"), "warning");
  assert.equal(at(payload, "commonLabels", "service"), "payments");
  assert.deepEqual(payload.alerts, []);
  assert.equal(payload.message, null);
});

test("as it is means unchanged", () => {
  assert.deepEqual(make("oncall-resolve", {}, NOW, true), readFixture("oncall-resolve"));
});

test("OnCall's bytes are Python's", () => {
  assert.equal(
    pythonJson({ a: [1, 0.5, null, true], ü: 'Zürich 😀 "x"\n' }),
    '{"a": [1, 0.5, null, true], "\\u00fc": "Z\\u00fcrich \\ud83d\\ude00 \\"x\\"\\n"}',
  );
  assert.equal(pythonJson({}), "{}");
});
