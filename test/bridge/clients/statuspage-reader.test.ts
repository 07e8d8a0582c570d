import { expect, test } from "vitest";
import { createGatePageReader } from "../../../bridge/clients/gate-page-reader.ts";
import { createStatuspageReader } from "../../../bridge/clients/statuspage-reader.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { CAST } from "../../sandbox/cast.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { readFixture } from "../../sandbox/story.ts";
import { openingStatuspage, type PageIncident, startStatuspage } from "../../sandbox/vendors/statuspage.ts";
import { fixedSecrets } from "../../support/sources.ts";
import { woundClock } from "../../support/wound-clock.ts";

const FIXTURE = readFixture("statuspage-incident") as unknown as PageIncident;

async function startPage({ apiKey = "key" } = {}) {
  const faults = new FaultBoard();
  const page = await startStatuspage({ faults, apiKey: "key", state: openingStatuspage("key") });
  const clock = woundClock();
  const paced: string[] = [];
  const reader = createStatuspageReader({
    http: createHttp({ clock, timeoutMs: 1_000, log: silentLogger }),
    secrets: fixedSecrets({ statuspage: JSON.stringify({ api_key: apiKey }) }),
    clock,
    log: silentLogger,
    url: page.url,
    pageId: CAST.statuspage.pageId,
    timeoutMs: 1_500,
    pace: () => {
      paced.push("asked");
      return Promise.resolve();
    },
  });
  return {
    faults,
    page,
    clock,
    reader,
    paced,
    gate: createGatePageReader(reader),
    [Symbol.asyncDispose]: () => page.close(),
  };
}

const names = [
  { id: "k7m2x9q4wtzn", name: "Payments API", status: "operational" },
  { id: "c4h9r2t7xwqk", name: "Checkout", status: "operational" },
  { id: "s8d3n6v1jzpm", name: "Search", status: "operational" },
];

test("component names are kept for five minutes; groups are left out", async () => {
  await using world = await startPage();
  world.page.state.components.push({ ...world.page.state.components[0], id: "g5n1y7bk2xsq", group: true } as never);
  expect(await world.reader.components()).toEqual({ components: names, stale: false, readAt: world.clock.now() });
  const asked = world.page.requests.length;
  world.clock.advance(299_999);
  await world.reader.components();
  expect(world.page.requests).toHaveLength(asked);
  world.clock.advance(1);
  await world.reader.components();
  expect(world.page.requests.length).toBeGreaterThan(asked);
});

test("while the page fails, the old names are given and flagged; with none to give it says why", async () => {
  await using world = await startPage();
  world.faults.add({ target: "statuspage", kind: "error", status: 503 });
  expect(await world.reader.components()).toEqual({ unavailable: "answered 503" });
  world.faults.clear();
  await world.reader.components();
  const readAt = world.clock.now();
  world.clock.advance(600_000);
  world.faults.add({ target: "statuspage", kind: "down" });
  expect(await world.reader.components()).toEqual({ components: names, stale: true, readAt });
});

test("components beyond the first page of results are read too, each request paced", async () => {
  await using world = await startPage();
  const [like] = world.page.state.components;
  for (let n = 0; n < 120; n += 1)
    world.page.state.components.push({ ...like, id: `extra${n}`, name: `Extra ${n}` } as never);
  const answer = await world.reader.components();
  expect("components" in answer && answer.components).toHaveLength(123);
  expect(world.paced).toHaveLength(world.page.requests.length);
});

test("an incident is read with its updates newest first and its metadata", async () => {
  await using world = await startPage();
  const [only] = FIXTURE.incident_updates;
  const later = { ...only, id: "later", status: "identified", created_at: "2026-11-21T10:00:00.000Z" };
  world.page.state.incidents.push({ ...FIXTURE, incident_updates: [only, later] } as PageIncident);
  expect(await world.reader.getIncident(FIXTURE.id)).toMatchObject({
    id: FIXTURE.id,
    name: FIXTURE.name,
    status: "investigating",
    shortlink: FIXTURE.shortlink,
    metadata: FIXTURE.metadata,
    updates: [{ id: "later" }, { id: only?.id, createdAt: only?.created_at }],
    components: [{ id: "k7m2x9q4wtzn", name: "Payments API", status: "partial_outage" }],
  });
  expect(await world.reader.getIncident("nothere")).toBe("not-found");
  expect(await world.gate.getIncident("nothere")).toBeUndefined();
});

test("a listing holds every page of results, resolved incidents too, and the marker of ours", async () => {
  await using world = await startPage();
  for (let n = 0; n < 230; n += 1) {
    const status = n % 2 === 0 ? "resolved" : "monitoring";
    world.page.state.incidents.push({ ...FIXTURE, id: `p${n}`, status, metadata: n === 229 ? FIXTURE.metadata : {} });
  }
  const listed = await world.gate.listIncidents();
  expect(listed).toHaveLength(230);
  expect(listed.filter(({ marker }) => marker !== undefined)).toMatchObject([
    { id: "p229", marker: "ic-246a89d4b2ed2db2" },
  ]);
});

test.each([
  [{ kind: "down" }, "could not be reached"],
  [{ kind: "slow", ms: 2_000 }, "timed out"],
  [{ kind: "error", status: 404 }, "answered 404"],
  [{ kind: "rate_limit" }, /limits our requests, 4\d\d/],
  [{ kind: "malformed" }, "answered something that is not JSON"],
] as const)("a listing that fails with %j is no listing, and the gate is told by an error", async (fault, why) => {
  await using world = await startPage();
  world.faults.add({ target: "statuspage", ...fault });
  expect(await world.reader.listIncidents()).toEqual({ unavailable: expect.stringMatching(why) });
  await expect(world.gate.listIncidents()).rejects.toThrow(/could not be read \(.*nothing is concluded/);
  // A slow request is noted when its sender hangs up.
  await expect.poll(() => world.page.requests.length).toBe(2);
});

test("an incident without what the gate compares spoils the listing instead of vanishing from it", async () => {
  await using world = await startPage();
  world.page.state.incidents.push({ ...FIXTURE, status: undefined } as never);
  expect(await world.reader.listIncidents()).toEqual({ unavailable: "answered something unexpected" });
});

test("a refused key is told apart", async () => {
  await using world = await startPage({ apiKey: "wrong" });
  expect(await world.reader.listIncidents()).toEqual({ unavailable: "refused our credential, 401" });
});
