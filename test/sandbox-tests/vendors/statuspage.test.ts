import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "vitest";
import { FaultBoard } from "../../sandbox/faults.ts";
import { readFixture } from "../../sandbox/story.ts";
import {
  type PageIncident,
  publicPage,
  type StatuspageState,
  startStatuspage,
} from "../../sandbox/vendors/statuspage.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";

let page: Vendor<StatuspageState>;
let now = Date.parse("2026-11-21T09:26:18Z");
beforeEach(async () => {
  page = await startStatuspage({ faults: new FaultBoard(), apiKey: "key-1", now: () => now });
});
afterEach(() => page.close());

const send = async (method: string, path: string, body?: unknown, authorization = "OAuth key-1") => {
  const reply = await fetch(`${page.url}/pages/${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as unknown };
};
const PAGE = "p3v8r5jd6hlc";
const incident = {
  name: "Card payments failing in the EU region",
  status: "investigating",
  body: "We are investigating failed card payments.",
  components: { k7m2x9q4wtzn: "partial_outage" },
  component_ids: ["k7m2x9q4wtzn"],
  metadata: { ic: { marker: "ic-246a89d4b2ed2db2", contentHash: "c614" } },
};

test("a created incident has every field of the vendor's answer", async () => {
  const { status, body } = await send("POST", `${PAGE}/incidents`, { incident });
  assert.equal(status, 201);
  const fixture = readFixture("statuspage-incident") as Record<string, unknown>;
  const created = body as PageIncident;
  assert.deepEqual(Object.keys(created).sort(), Object.keys(fixture).sort());
  const update = (fixture.incident_updates as object[])[0] ?? {};
  assert.deepEqual(Object.keys(created.incident_updates[0] ?? {}).sort(), Object.keys(update).sort());
  const component = (fixture.components as object[])[0] ?? {};
  assert.deepEqual(Object.keys(created.components[0] ?? {}).sort(), Object.keys(component).sort());
  assert.equal(created.impact, "major");
  assert.deepEqual(created.metadata, incident.metadata);
  assert.deepEqual(created.incident_updates[0]?.affected_components, [
    { code: "k7m2x9q4wtzn", name: "Payments API", old_status: "operational", new_status: "partial_outage" },
  ]);
});

test("there is no idempotency: the same create twice is two public incidents", async () => {
  await send("POST", `${PAGE}/incidents`, { incident });
  await send("POST", `${PAGE}/incidents`, { incident });
  assert.equal(publicPage(page.state).incidents.length, 2);
});

test("an update adds to the incident, mails by default and resolves", async () => {
  const created = (await send("POST", `${PAGE}/incidents`, { incident })).body as PageIncident;
  now += 60_000;
  const { status, body } = await send("PATCH", `${PAGE}/incidents/${created.id}`, {
    incident: {
      status: "resolved",
      body: "Fixed.",
      components: { k7m2x9q4wtzn: "operational" },
      deliver_notifications: false,
      metadata: { ic: { marker: "ic-2" } },
    },
  });
  const resolved = body as PageIncident;
  assert.equal(status, 200);
  assert.deepEqual(
    resolved.incident_updates.map((update) => [update.status, update.body]),
    [
      ["resolved", "Fixed."],
      ["investigating", "We are investigating failed card payments."],
    ],
  );
  assert.equal(resolved.resolved_at, new Date(now).toISOString());
  assert.deepEqual(resolved.metadata, { ic: { marker: "ic-2" } });
  assert.equal(page.state.notifications, 1);
  assert.equal(page.state.components[0]?.status, "operational");
  assert.deepEqual((await send("GET", `${PAGE}/incidents/unresolved`)).body, []);
  assert.equal(((await send("GET", `${PAGE}/incidents?limit=1&page=1`)).body as unknown[]).length, 1);
  assert.deepEqual((await send("GET", `${PAGE}/incidents?limit=1&page=2`)).body, []);
});

test("bad content is refused like the vendor refuses it", async () => {
  const { status, body } = await send("POST", `${PAGE}/incidents`, { incident: { name: "", status: "broken" } });
  assert.equal(status, 422);
  assert.deepEqual(body, readFixture("statuspage-error-422"));
  const metadata = await send("POST", `${PAGE}/incidents`, { incident: { ...incident, metadata: { ic: "text" } } });
  assert.equal(metadata.status, 422);
  assert.equal(page.state.incidents.length, 0);
});

test("a wrong key is 401 and another page 404", async () => {
  assert.equal((await send("GET", `${PAGE}/components`, undefined, "OAuth wrong")).status, 401);
  assert.equal((await send("GET", "otherpage/components")).status, 404);
});

test("the sixty-first request within a minute is limited, and the window moves on", async () => {
  for (let index = 0; index < 60; index += 1) assert.equal((await send("GET", `${PAGE}/components`)).status, 200);
  assert.equal((await send("GET", `${PAGE}/components`)).status, 420);
  now += 61_000;
  assert.equal((await send("GET", `${PAGE}/components?per_page=2`)).status, 200);
});

test("customers see no metadata", async () => {
  await send("POST", `${PAGE}/incidents`, { incident });
  const text = JSON.stringify(publicPage(page.state));
  assert.match(text, /Card payments failing in the EU region/);
  assert.doesNotMatch(text, /ic-246a89d4b2ed2db2/);
});
