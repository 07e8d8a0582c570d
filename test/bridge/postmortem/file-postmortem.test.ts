import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "vitest";
import type { EventOf } from "../../../bridge/incident/events.ts";
import { evolve } from "../../../bridge/incident/evolve.ts";
import { ERASED } from "../../../bridge/incident/sealed-events.ts";
import { type Incident, initialIncident } from "../../../bridge/incident/state.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { filePostmortem } from "../../../bridge/postmortem/file-postmortem.ts";
import { createLinearClient, type IssueTracker } from "../../../bridge/postmortem/linear-client.ts";
import { LinearFailedError } from "../../../bridge/postmortem/linear-error.ts";
import { CAST } from "../../sandbox/cast.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type LinearState, startLinear } from "../../sandbox/vendors/linear.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { story } from "./story.ts";

const KEY = "lin_api_1";
const id = "5f2b1c9e-1d3a-4c5b-8e7f-0a1b2c3d4e5f";
const issue = { id, teamId: CAST.linearTeamId, title: "Postmortem", description: "# Text", priority: 1 } as const;

let faults: FaultBoard;
let linear: Vendor<LinearState>;
let tracker: IssueTracker;
const trackerWith = (apiKey: string, timeoutMs: number) =>
  createLinearClient({ apiUrl: linear.url, apiKey: async () => apiKey, timeoutMs, clock: systemClock });
beforeEach(async () => {
  faults = new FaultBoard();
  linear = await startLinear({ faults, apiKey: KEY });
  tracker = trackerWith(KEY, 2_000);
});
afterEach(() => linear.close());

const failure = async (work: Promise<unknown>): Promise<LinearFailedError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LinearFailedError, String(error));
  return error;
};

test("an issue is filed under our id, with priority and due date, assigned by address", async () => {
  const filed = await tracker.fileIssue({ ...issue, dueDate: "2026-11-21", assigneeEmail: "SAM@example.com" });
  assert.deepEqual(filed, {
    identifier: "PAY-1",
    url: "https://linear.app/kestrel-freight/issue/PAY-1",
    assigned: true,
  });
  const [stored] = linear.state.issues;
  const sam = linear.state.users.find(({ name }) => name === "sam");
  assert.equal(stored?.id, id);
  assert.equal(stored?.assigneeId, sam?.id);
  assert.equal(stored?.dueDate, "2026-11-21");
  assert.equal(stored?.priority, 1);
});

test("an address that Linear does not know assigns nobody, and never the owner of the key", async () => {
  assert.equal((await tracker.fileIssue({ ...issue, assigneeEmail: "nobody@example.com" })).assigned, false);
  assert.equal(linear.state.issues[0]?.assigneeId, null);
});

test("filing twice makes one issue", async () => {
  const first = await tracker.fileIssue(issue);
  assert.deepEqual(await tracker.fileIssue(issue), first);
  assert.equal(linear.state.issues.length, 1);
});

test("a lost answer is found again by the id", async () => {
  faults.add({ target: "linear", kind: "commit_then_drop", match: "issueCreate", times: 1 });
  assert.equal((await tracker.fileIssue(issue)).identifier, "PAY-1");
  assert.equal(linear.state.issues.length, 1);
});

test("an answer that comes too late is found again by the id", async () => {
  faults.add({ target: "linear", kind: "slow", match: "issueCreate", ms: 30_000, times: 1 });
  assert.equal((await trackerWith(KEY, 200).fileIssue(issue)).identifier, "PAY-1");
  assert.equal(linear.state.issues.length, 1);
});

test("accepted and forgotten is a failure, and the next filing creates the issue", async () => {
  faults.add({ target: "linear", kind: "accept_then_lose", match: "issueCreate", times: 1 });
  assert.equal((await failure(tracker.fileIssue(issue))).refusal, "refused");
  assert.equal((await tracker.fileIssue(issue)).identifier, "PAY-1");
});

test("a rate limit is told from other refusals by its code and says how long to wait", async () => {
  faults.add({ target: "linear", kind: "rate_limit", match: "issueCreate", ms: 7_000, times: 1 });
  const error = await failure(tracker.fileIssue(issue));
  assert.equal(error.refusal, "rate-limited");
  assert.equal(error.retryAfterMs, 7_000);
  assert.equal(linear.state.issues.length, 0);
});

test.each([
  ["a server error", { target: "linear", kind: "error", status: 500 } as const, "refused"],
  ["a cut connection", { target: "linear", kind: "down" } as const, "unreachable"],
  ["an answer that does not parse", { target: "linear", kind: "malformed" } as const, "unreachable"],
])("%s is reported with a time to try again", async (_, fault, refusal) => {
  faults.add(fault);
  const error = await failure(tracker.fileIssue(issue));
  assert.equal(error.refusal, refusal);
  assert.equal(error.retryAfterMs, 60_000);
});

test("a slow Linear costs at most the time a request may take", async () => {
  faults.add({ target: "linear", kind: "slow", ms: 30_000 });
  const error = await failure(trackerWith(KEY, 150).fileIssue(issue));
  assert.equal(error.refusal, "timed-out");
  assert.equal(error.reason, "Linear did not answer in 0.15 s.");
});

test("a wrong key is named as such and never shown", async () => {
  const error = await failure(trackerWith("lin_api_wrong", 2_000).fileIssue(issue));
  assert.equal(error.refusal, "not-authorised");
  assert.doesNotMatch(`${error.message} ${error.reason}`, /lin_api/);
});

const state = story.reduce(evolve, initialIncident(story[0]?.incident ?? ""));
const deps = () => ({
  tracker,
  teamId: CAST.linearTeamId,
  labelIds: [],
  naming: "names" as const,
  slackLink: (channel: string) => `https://slack.com/app_redirect?channel=${channel}`,
  emailOf: async (userId: string) => (userId === "U07SAMWIER2" ? "sam@example.com" : undefined),
  nameOf: async (userId: string) => (userId === "U07RILEYQ4" ? "Riley Quinn" : undefined),
  log: silentLogger,
});

test("the postmortem is filed under the reserved id, assigned to the commander, linked to the room", async () => {
  const filed = await filePostmortem({ state, entries: story, deps: deps() });
  assert.deepEqual(filed, {
    kind: "filed",
    identifier: "PAY-1",
    url: "https://linear.app/kestrel-freight/issue/PAY-1",
    author: "template",
    note: null,
  });
  const [stored] = linear.state.issues;
  assert.equal(stored?.id, state.postmortem.issueId);
  assert.equal(stored?.assigneeId, linear.state.users.find(({ name }) => name === "sam")?.id);
  assert.match(stored?.description ?? "", /Riley Quinn had approved that text .* \[E#10\]/);
  assert.match(stored?.description ?? "", new RegExp(`channel=${state.channel}`));
});

test("filing it again after a crash finds the same issue", async () => {
  await filePostmortem({ state, entries: story, deps: deps() });
  const again = await filePostmortem({ state, entries: story, deps: deps() });
  assert.equal(again.kind, "filed");
  assert.equal(linear.state.issues.length, 1);
});

test("an issue that somebody ended is told from one that stands, and from one that is gone", async () => {
  await tracker.fileIssue({ ...issue, assigneeEmail: "sam@example.com" });
  assert.deepEqual(await tracker.standing(id), { completedAt: undefined, canceledAt: undefined, assigned: true });
  const ended = linear.state.issues[0];
  if (ended) ended.completedAt = "2026-11-22T09:41:07.000Z";
  assert.equal((await tracker.standing(id))?.completedAt, Date.parse("2026-11-22T09:41:07.000Z"));
  assert.equal(await tracker.standing("0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c3d"), undefined);
});

test("a commander without a Linear account leaves the issue unassigned and says so", async () => {
  const filed = await filePostmortem({ state, entries: story, deps: { ...deps(), emailOf: async () => undefined } });
  assert.equal(
    filed.kind === "filed" ? filed.note : undefined,
    "Nobody is assigned: the commander was not found in Linear.",
  );
});

test("while Linear is away the postmortem is delayed with a reason for the room", async () => {
  faults.add({ target: "linear", kind: "down" });
  assert.deepEqual(await filePostmortem({ state, entries: story, deps: deps() }), {
    kind: "delayed",
    reason: "Linear could not be reached.",
    retryAfterMs: 60_000,
  });
});

test("without a reserved id nothing is sent", async () => {
  const unreserved = { ...state, postmortem: {} };
  assert.equal((await filePostmortem({ state: unreserved, entries: story, deps: deps() })).kind, "delayed");
  assert.equal(linear.requests.length, 0);
});

const actions = [
  { issueId: "0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c3d", text: "Add an alert", because: "GitHub timed out.", sources: [3] },
  { issueId: "1b2c3d4e-5f6a-4b7c-9d8e-9f0a1b2c3d4e", text: "Test it", because: "GitHub timed out.", sources: [3] },
];
const withActions = (drafted: Partial<EventOf<"PostmortemDrafted">> = {}): Incident => ({
  ...state,
  postmortem: {
    ...state.postmortem,
    drafted: { type: "PostmortemDrafted", author: "model", note: null, parts: [], actions, dropped: 3, ...drafted },
  },
});
const placed = () => ({
  ...deps(),
  projectId: linear.state.projects[0]?.id,
  labelIds: linear.state.labels.map(({ id }) => id),
  auditLink: (incidentId: string) => `https://audit.example.com/${incidentId}`,
});

test("every action is an issue below the postmortem, in the same project, and nobody's yet", async () => {
  const filed = await filePostmortem({ state: withActions(), entries: story, deps: placed() });
  assert.deepEqual(filed.kind === "filed" ? [filed.author, filed.note] : filed, [
    "model",
    "3 sentences were left out because no entry supports them.",
  ]);
  const [parent, ...below] = linear.state.issues;
  assert.deepEqual(
    below.map(({ id, title, parentId, assigneeId, projectId }) => ({ id, title, parentId, assigneeId, projectId })),
    actions.map(({ issueId, text }) => ({
      id: issueId,
      title: text,
      parentId: parent?.id,
      assigneeId: null,
      projectId: linear.state.projects[0]?.id,
    })),
  );
  assert.equal(below[0]?.description, "GitHub timed out. [E#3]");
  assert.deepEqual(parent?.labelIds, [linear.state.labels[0]?.id]);
  assert.equal(parent?.dueDate, "2026-11-16");
  assert.match(parent?.description ?? "", new RegExp(`https://audit.example.com/${state.id}`));
});

test("an action whose words were erased meanwhile becomes no issue", async () => {
  const erased = actions.map((one) => ({ ...one, text: ERASED, because: ERASED }));
  const filed = await filePostmortem({ state: withActions({ actions: erased }), entries: story, deps: placed() });
  assert.equal(filed.kind, "filed");
  assert.deepEqual(
    linear.state.issues.map(({ id }) => id),
    [state.postmortem.issueId],
  );
});

test("failing at any of its calls and repeated, it leaves one issue each", async () => {
  const calls = async () => {
    await filePostmortem({ state: withActions(), entries: story, deps: placed() });
    const made = linear.requests.length;
    await linear.close();
    return made;
  };
  const total = await calls();
  assert.ok(total > 5);
  for (let failing = 0; failing < total; failing += 1) {
    for (const kind of ["down", "commit_then_drop"] as const) {
      faults = new FaultBoard();
      linear = await startLinear({
        faults,
        apiKey: KEY,
        onRequest: () => {
          // The fault is there for exactly one request: the one after these.
          if (linear.requests.length === failing) faults.add({ target: "linear", kind, times: 1 });
        },
      });
      tracker = trackerWith(KEY, 2_000);
      if (failing === 0) faults.add({ target: "linear", kind, times: 1 });
      await filePostmortem({ state: withActions(), entries: story, deps: placed() });
      const again = await filePostmortem({ state: withActions(), entries: story, deps: placed() });
      assert.equal(again.kind, "filed", `${kind} at call ${failing}`);
      assert.deepEqual(
        linear.state.issues.map(({ id }) => id),
        [state.postmortem.issueId, ...actions.map(({ issueId }) => issueId)],
        `${kind} at call ${failing}`,
      );
      await linear.close();
    }
  }
  linear = await startLinear({ faults, apiKey: KEY });
}, 60_000);

test("where readers may not see names, it speaks of roles throughout", async () => {
  await filePostmortem({ state: withActions(), entries: story, deps: { ...placed(), naming: "roles" } });
  const text = linear.state.issues[0]?.description ?? "";
  assert.doesNotMatch(text, /Alex|Sam|Wierd|Riley/);
  assert.match(text, /commander 2 took command from commander 1 at 2026-11-14 10:11:07 UTC/);
});

test("what still looks like a secret is cut out of everything that is filed", async () => {
  const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  const leaking = withActions({ actions: actions.slice(0, 1).map((one) => ({ ...one, text: `Remove ${token}` })) });
  await filePostmortem({ state: leaking, entries: story, deps: placed() });
  assert.equal(linear.state.issues[1]?.title, "Remove (secret removed)");
  assert.doesNotMatch(JSON.stringify(linear.state.issues), /ghp_/);
});
