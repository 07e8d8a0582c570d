import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "vitest";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type PageIncident, type StatuspageState, startStatuspage } from "../../sandbox/vendors/statuspage.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";

let faults: FaultBoard;
let page: Vendor<StatuspageState>;
beforeEach(async () => {
  faults = new FaultBoard();
  page = await startStatuspage({ faults, apiKey: "key-1" });
});
afterEach(() => page.close());

const send = (method: string, path: string, body?: unknown, key = "key-1") =>
  fetch(`${page.url}${path}`, {
    method,
    headers: { authorization: `OAuth ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const create = (incident: Record<string, unknown> = {}) =>
  send("POST", "/pages/p3v8r5jd6hlc/incidents", {
    incident: { name: "Card payments failing", status: "investigating", body: "We are looking.", ...incident },
  });

test("down cuts the connection and nothing happens", async () => {
  faults.add({ target: "statuspage", kind: "down", times: 1 });
  await assert.rejects(create(), TypeError);
  assert.equal(page.state.incidents.length, 0);
  assert.equal((await create()).status, 201);
});

test("error answers the given status without acting", async () => {
  faults.add({ target: "statuspage", kind: "error", status: 503, times: 1 });
  assert.equal((await create()).status, 503);
  assert.equal(page.state.incidents.length, 0);
});

test("rate_limit answers the vendor's own form without acting", async () => {
  faults.add({ target: "statuspage", kind: "rate_limit", times: 1 });
  assert.equal((await create()).status, 420);
  assert.equal(page.state.incidents.length, 0);
});

test("commit_then_drop acts and loses the reply", async () => {
  faults.add({ target: "statuspage", kind: "commit_then_drop", times: 1 });
  await assert.rejects(create(), TypeError);
  assert.equal(page.state.incidents.length, 1);
});

test("accept_then_lose answers success and forgets", async () => {
  faults.add({ target: "statuspage", kind: "accept_then_lose", times: 1 });
  const reply = await create({ components: { k7m2x9q4wtzn: "major_outage" } });
  assert.equal(reply.status, 201);
  assert.equal(page.state.incidents.length, 0);
  assert.equal(page.state.components[0]?.status, "operational");
});

test("malformed acts and answers bytes that do not parse", async () => {
  faults.add({ target: "statuspage", kind: "malformed", times: 1 });
  const reply = await create();
  await assert.rejects(reply.json(), SyntaxError);
  assert.equal(page.state.incidents.length, 1);
});

test("a slow answer has acted although its caller gave up", async () => {
  faults.add({ target: "statuspage", kind: "slow", ms: 60_000, times: 1 });
  await assert.rejects(
    fetch(`${page.url}/pages/p3v8r5jd6hlc/incidents`, {
      method: "POST",
      headers: { authorization: "OAuth key-1" },
      body: JSON.stringify({ incident: { name: "Slow" } }),
      signal: AbortSignal.timeout(100),
    }),
  );
  assert.equal(page.state.incidents.length, 1);
});

test("a fault with a match hits only the calls it names", async () => {
  faults.add({ target: "statuspage", kind: "error", match: "PATCH" });
  const created = (await (await create()).json()) as PageIncident;
  const patched = await send("PATCH", `/pages/p3v8r5jd6hlc/incidents/${created.id}`, {
    incident: { status: "resolved" },
  });
  assert.equal(patched.status, 500);
  assert.equal(page.state.incidents[0]?.status, "investigating");
});

test("an unknown route, query parameter or field is 501 and names itself", async () => {
  const route = await send("DELETE", "/pages/p3v8r5jd6hlc/incidents/abc");
  assert.equal(route.status, 501);
  assert.match(await route.text(), /DELETE \/v1\/pages\/p3v8r5jd6hlc\/incidents\/abc/);
  const query = await send("GET", "/pages/p3v8r5jd6hlc/incidents?q=x");
  assert.equal(query.status, 501);
  const field = await create({ wants_twitter_update: true });
  assert.equal(field.status, 501);
  assert.match(await field.text(), /wants_twitter_update/);
});

test("the log keeps what was asked and how it went, never the credential", async () => {
  await create();
  faults.add({ target: "statuspage", kind: "down", times: 1 });
  await assert.rejects(create());
  assert.deepEqual(
    page.requests.map(({ method, status, fault }) => ({ method, status, fault })),
    [
      { method: "POST", status: 201, fault: undefined },
      { method: "POST", status: 0, fault: "down" },
    ],
  );
  assert.doesNotMatch(JSON.stringify(page.requests), /key-1/);
});
