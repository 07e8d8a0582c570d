import assert from "node:assert/strict";
import { LinearClient, RatelimitedLinearError } from "@linear/sdk";
import { afterEach, beforeEach, test } from "vitest";
import { CAST } from "../../sandbox/cast.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type LinearState, startLinear } from "../../sandbox/vendors/linear.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";

let faults: FaultBoard;
let linear: Vendor<LinearState>;
let client: LinearClient;
beforeEach(async () => {
  faults = new FaultBoard();
  linear = await startLinear({ faults, apiKey: "lin_api_1" });
  client = new LinearClient({ apiKey: "lin_api_1", apiUrl: linear.url });
});
afterEach(() => linear.close());

const id = "5f2b1c9e-1d3a-4c5b-8e7f-0a1b2c3d4e5f";
const issue = { id, teamId: CAST.linearTeamId, title: "Postmortem", description: "# What happened" };

test("the SDK creates an issue under the client's id and reads it back", async () => {
  const payload = await client.createIssue(issue);
  assert.equal(payload.success, true);
  assert.equal(payload.issueId, id);
  const read = await client.issue(id);
  assert.equal(read.identifier, "PAY-1");
  assert.equal(read.title, "Postmortem");
  assert.equal(read.description, "# What happened");
  assert.equal(read.teamId, CAST.linearTeamId);
  assert.ok(read.createdAt instanceof Date);
});

test("a second create with the same id is refused and makes no second issue", async () => {
  await client.createIssue(issue);
  await assert.rejects(client.createIssue(issue), /already exists/);
  assert.equal(linear.state.issues.length, 1);
});

test("an unknown issue, team or id that is no UUID v4 is refused", async () => {
  await assert.rejects(client.issue(id), /Entity not found: Issue/);
  await assert.rejects(client.createIssue({ ...issue, teamId: "nope" }), /Entity not found: Team/);
  await assert.rejects(client.createIssue({ ...issue, id: "1" }), /UUID v4/);
});

test("attaching the same URL twice updates the one attachment, and the URL finds it", async () => {
  await client.createIssue(issue);
  const url = "https://ir.example.com/incidents/INC-1";
  await client.createAttachment({ issueId: id, url, title: "Incident" });
  await client.createAttachment({ issueId: id, url, title: "Incident, resolved" });
  const found = await client.attachmentsForURL(url);
  assert.deepEqual(
    found.nodes.map(({ title, issueId }) => [title, issueId]),
    [["Incident, resolved", id]],
  );
});

test("viewer, users and teams answer the SDK", async () => {
  assert.equal((await client.viewer).email, "robot@example.com");
  assert.equal((await client.users()).nodes.length, 4);
  assert.deepEqual(
    (await client.teams()).nodes.map(({ key }) => key),
    ["PAY"],
  );
});

test("users are found by their address in any case, and another filter is not simulated", async () => {
  const found = await client.users({ filter: { email: { eqIgnoreCase: "Alex@Example.com" } } });
  assert.deepEqual(
    found.nodes.map(({ name }) => name),
    ["alex"],
  );
  await assert.rejects(client.users({ filter: { name: { eq: "alex" } } }), /501/);
});

test("a rate limit is HTTP 400 with its own code", async () => {
  faults.add({ target: "linear", kind: "rate_limit", match: "issueCreate", ms: 2_000, times: 1 });
  const error = await client.createIssue(issue).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof RatelimitedLinearError);
  assert.equal(error.status, 400);
  assert.equal(error.retryAfter, 2);
  await client.createIssue(issue);
});

test("a wrong key is an authentication error and an unknown field is not simulated", async () => {
  const stranger = new LinearClient({ apiKey: "other", apiUrl: linear.url });
  await assert.rejects(stranger.createIssue(issue), /not authenticated/);
  await assert.rejects(client.createIssue({ ...issue, estimate: 3 }), /501/);
  assert.match(String(linear.requests.at(-1)?.status), /501/);
  await assert.rejects(client.projects(), /501/);
});
