import { describe, expect, test } from "vitest";
import { readOncallPayload } from "../../../bridge/ingress/oncall-payload.ts";
import { factOf, fixture, merged } from "./payloads.ts";

const RECEIVED = Date.parse("2026-11-21T10:10:00.000Z");
const read = (body: unknown, at = RECEIVED) => factOf(readOncallPayload(body, at));
const created = () => fixture("oncall-alert-group-created");
const GROUP = "IW4K9ZP7TN2XC";

test("a created alert group means firing, with all that the room will show", () => {
  expect(read(created())).toEqual({
    source: "oncall",
    kind: "firing",
    dedupeKey: `oncall|${GROUP}|alert group created|2026-11-21T09:14:03.118204+00:00`,
    correlationKey: `oncall|${GROUP}`,
    groupId: GROUP,
    title: "PaymentsErrorBudgetBurn: payments (critical)",
    alertname: "PaymentsErrorBudgetBurn",
    labels: {
      environment: "production",
      alertname: "PaymentsErrorBudgetBurn",
      cluster: "eu-north-1",
      grafana_folder: "Payments",
      instance: "payments-7c9f",
      service: "payments",
      severity: "critical",
      team: "payments",
      service_name: "payments",
    },
    annotations: {
      summary: "payments is failing customer requests",
      description: "5xx ratio on payments-7c9f has been above 5% for 5 minutes.",
    },
    firingSince: "2026-11-21T09:10:00.000Z",
    alertCount: 1,
    routeId: "RJ8C2YTKW6NF4",
    responders: [
      { id: "U7QK2M9XW4TLR", username: "alex", email: "alex@example.com" },
      { id: "UD3V8HN5PZ6JC", username: "sam", email: "sam@example.com" },
    ],
    links: {
      alertGroup: `https://grafana.kestrel.example.com/a/grafana-oncall-app/alert-groups/${GROUP}`,
      dashboard: expect.stringContaining("/d/pay01xx?"),
      panel: expect.stringContaining("viewPanel=4"),
      silence: expect.stringContaining("/alerting/silence/new?"),
      runbook: "https://runbooks.kestrel.example.com/payments/error-budget-burn",
      generator: expect.stringContaining("/alerting/grafana/fe1k7m2q9bxs0d/view"),
    },
    occurredAt: "2026-11-21T09:14:03.118Z",
    receivedAt: "2026-11-21T10:10:00.000Z",
  });
});

describe("each event means what it says", () => {
  const [ALEX, SAM] = ["U7QK2M9XW4TLR", "UD3V8HN5PZ6JC"];
  const bucket = (ms: number) => Math.floor(RECEIVED / ms);
  test.each([
    ["oncall-acknowledge", "acknowledged", ALEX, "acknowledge|2026-11-21T09:16:27.340951+00:00", undefined],
    ["oncall-resolve", "resolved", ALEX, "resolve|2026-11-21T10:06:44.015620+00:00", undefined],
    ["oncall-silence", "silenced", SAM, "silence|2026-11-21T09:21:10.902116+00:00", undefined],
    ["oncall-escalation", "escalation", undefined, `escalation|${bucket(600_000)}`, undefined],
    ["oncall-unresolve", "unresolved", SAM, `unresolve|${bucket(60_000)}`, `unresolve|${bucket(60_000) - 1}`],
    // Sent by a status change webhook: the key is that of the direct webhook.
    [
      "oncall-status-change",
      "unacknowledged",
      ALEX,
      `unacknowledge|${bucket(60_000)}`,
      `unacknowledge|${bucket(60_000) - 1}`,
    ],
  ])("%s is %s", (name, kind, by, key, previousKey) => {
    const fact = read(fixture(name));
    expect(fact.kind).toBe(kind);
    expect(fact.by).toBe(by);
    expect(fact.dedupeKey).toBe(`oncall|${GROUP}|${key}`);
    expect(fact.previousDedupeKey).toBe(previousKey && `oncall|${GROUP}|${previousKey}`);
    expect(fact.correlationKey).toBe(`oncall|${GROUP}`);
  });

  test("a personal notification is a notification", () => {
    expect(read(merged(created(), { event: { type: "personal notification" } })).kind).toBe("notified");
  });
});

describe("dedupe keys", () => {
  test("a retry of an event with a time of its own has the same key, whenever it comes and whatever changed meanwhile", () => {
    const later = merged(fixture("oncall-acknowledge"), {
      alert_group: { state: "resolved", alerts_count: 9 },
      notified_users: [],
    });
    expect(read(later, RECEIVED + 45_000).dedupeKey).toBe(read(fixture("oncall-acknowledge")).dedupeKey);
  });

  test("escalations inside ten minutes are one, whatever their time of sending", () => {
    const start = Math.ceil(RECEIVED / 600_000) * 600_000;
    const again = merged(fixture("oncall-escalation"), { event: { time: "2026-11-21T09:19:15.1+00:00" } });
    expect(read(again, start + 599_999).dedupeKey).toBe(read(fixture("oncall-escalation"), start).dedupeKey);
    expect(read(again, start + 600_000).dedupeKey).not.toBe(read(fixture("oncall-escalation"), start).dedupeKey);
  });

  test("an event without a time names the bucket before, so that a retry across the minute is found", () => {
    const start = Math.ceil(RECEIVED / 60_000) * 60_000;
    const first = read(fixture("oncall-unresolve"), start - 1);
    const retry = read(fixture("oncall-unresolve"), start + 40_000);
    expect(retry.dedupeKey).not.toBe(first.dedupeKey);
    expect(retry.previousDedupeKey).toBe(first.dedupeKey);
  });

  test("a time that is missing where it should be falls back to the bucket", () => {
    const fact = read(merged(created(), { event: { time: null } }));
    expect(fact.dedupeKey).toBe(`oncall|${GROUP}|alert group created|${Math.floor(RECEIVED / 60_000)}`);
    expect(fact.previousDedupeKey).toBeDefined();
  });
});

describe("what senders vary", () => {
  test("labels come as an object or as a list of pairs", () => {
    const pair = (key: string, value: string) => ({ key: { id: "K1", name: key }, value: { id: "V1", name: value } });
    const listed = merged(created(), {
      alert_group: { labels: [pair("severity", "high"), pair("region", "eu"), "odd", null] },
    });
    expect(read(listed).labels).toMatchObject({ severity: "high", region: "eu", service: "payments" });
  });

  test("the alert group's own labels win over those of the alert", () => {
    const body = merged(created(), { alert_group: { labels: { severity: "info" } } });
    expect(read(body).labels.severity).toBe("info");
  });

  test("the latest alert speaks for the group; the first says since when", () => {
    const fact = read(fixture("oncall-escalation"));
    expect(fact.alertCount).toBe(2);
    expect(fact.firingSince).toBe("2026-11-21T09:10:00.000Z");
    expect(fact.labels).not.toHaveProperty("instance"); // two alerts: only common labels describe the group
  });

  test.each([[""], ["plain text"], [null], [[]], [7]])(
    "an alert payload of %j is no alert: the group's own fields remain",
    (payload) => {
      const body = merged(created(), { alert_payload: payload, alert_group: { last_alert: null } });
      const fact = read(body);
      expect(fact.title).toBe("PaymentsErrorBudgetBurn: payments (critical)");
      expect(fact.firingSince).toBe("2026-11-21T09:14:03.118Z");
      expect(fact.links).toEqual({ alertGroup: expect.any(String) });
    },
  );

  test("users who are still to be notified come first, under either name, and nobody twice", () => {
    const sam = { id: "UD3V8HN5PZ6JC", username: "sam", email: "sam@example.com" };
    const kim = { id: "UF9B4RSK7YE2G", username: "kim", email: null };
    const body = merged(created(), {
      users_to_be_notified: undefined,
      users_to_notify: [kim],
      notified_users: [sam, kim, { username: "no id" }],
    });
    expect(read(body).responders).toEqual([{ id: kim.id, username: "kim" }, sam]);
  });

  test("who acted is known by id, never by a name or an e-mail address", () => {
    const user = { id: "U7QK2M9XW4TLR", username: "alex@example.com", email: "alex@example.com" };
    expect(read(merged(fixture("oncall-acknowledge"), { user })).by).toBe("U7QK2M9XW4TLR");
  });

  test("a group made by our own page names the incident it belongs to", () => {
    const page = (permalink: unknown) => ({
      ...merged(created(), { integration: { type: "direct_paging" }, alert_group: { last_alert: null } }),
      alert_payload: { oncall: { permalink } },
    });
    expect(read(page("https://bridge.example.com/incidents/INC-20261121-0914-K9ZP")).ownIncidentId).toBe(
      "INC-20261121-0914-K9ZP",
    );
    expect(read(page("https://bridge.example.com/?incident=INC-20261121-0914-K9ZP#top")).ownIncidentId).toBe(
      "INC-20261121-0914-K9ZP",
    );
    for (const other of ["https://bridge.example.com/XINC-20261121-0914-K9ZPX", "INC-20261121-0914-K9ZP", null, 7]) {
      expect(read(page(other)).ownIncidentId).toBeUndefined();
    }
  });

  test("unknown fields pass", () => {
    expect(read({ ...created(), brand_new: { deep: [1] } }).kind).toBe("firing");
  });

  test("a vendor's clock that runs ahead does not date an event after its arrival", () => {
    const fact = read(created(), Date.parse("2026-11-21T09:14:00.000Z"));
    expect(fact.occurredAt).toBe("2026-11-21T09:14:00.000Z");
  });
});

describe("bounds", () => {
  test("texts are cut, cleaned of control and reordering characters, and NFC", () => {
    const title = `cafe\u0301 \u202Egnp.exe\u0000 \ud83d\ud83d\ude00 ${"x".repeat(5_000)}`;
    const fact = read(merged(created(), { alert_group: { title } }));
    expect(fact.title.startsWith("café gnp.exe 😀 xxx")).toBe(true);
    expect(fact.title).toHaveLength(300);
    expect(fact.title.endsWith("…")).toBe(true);
  });

  test("labels are at most 50, with names of 64 and values of 256", () => {
    const labels = Object.fromEntries(
      Array.from({ length: 80 }, (_, i) => [`l${i}${"n".repeat(80)}`, "v".repeat(400)]),
    );
    const kept = Object.entries(read(merged(created(), { alert_group: { labels } })).labels);
    expect(kept).toHaveLength(50);
    expect(Math.max(...kept.map(([name]) => name.length))).toBe(64);
    expect(Math.max(...kept.map(([, value]) => value.length))).toBe(256);
  });

  test("links are http(s) without credentials in them", () => {
    for (const web of [
      "javascript:alert(1)",
      "https://me:pw@grafana.example.com/",
      "not a url",
      `https://a.example.com/${"x".repeat(3_000)}`,
    ]) {
      expect(read(merged(created(), { alert_group: { permalinks: { web } } })).links.alertGroup).toBeUndefined();
    }
  });
});

describe("what is not a whole payload is refused with the path", () => {
  test.each([
    ["raw text", "just text", /the body/],
    ["only an alert payload (a legacy webhook)", { status: "firing", alerts: [] }, /event.*alert_group_id/s],
    [
      "an unknown event type",
      () => merged(created(), { event: { type: "status change" } }),
      /event\.type: is not an OnCall event type/,
    ],
    ["an id that is no id", () => ({ ...created(), alert_group_id: "a|b" }), /alert_group_id/],
    ["null", null, /the body/],
  ])("%s", (_, body, expected) => {
    const reading = readOncallPayload(typeof body === "function" ? body() : body, RECEIVED);
    expect(reading.ok).toBe(false);
    expect(!reading.ok && reading.problems.join("\n")).toMatch(expected);
  });
});
