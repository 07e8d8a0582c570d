import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "vitest";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type FallbackWebhookState, startFallbackWebhook } from "../../sandbox/vendors/fallback-webhook.ts";
import { type GitHubState, startGitHub } from "../../sandbox/vendors/github.ts";
import { type MimirState, startMimir } from "../../sandbox/vendors/mimir.ts";
import { type GroupAction, type OnCallState, rememberAlertGroup, startOnCall } from "../../sandbox/vendors/oncall.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { startWorkos, type WorkosState } from "../../sandbox/vendors/workos.ts";

const faults = new FaultBoard();
let oncall: Vendor<OnCallState>;
let mimir: Vendor<MimirState>;
let github: Vendor<GitHubState>;
let fallback: Vendor<FallbackWebhookState>;
let workos: Vendor<WorkosState>;
let workosNow = Date.parse("2026-11-21T09:14:00Z");
let transitions: [string, GroupAction, string | undefined][];
beforeEach(async () => {
  transitions = [];
  oncall = await startOnCall({
    faults,
    token: "token-1",
    onTransition: (group, action, actor) => transitions.push([group.id, action, actor?.username]),
  });
  mimir = await startMimir({ faults, user: "12", token: "m" });
  github = await startGitHub({ faults, token: "gh" });
  fallback = await startFallbackWebhook({ faults });
  workos = await startWorkos({ faults, apiKey: "sk_1", now: () => workosNow });
});
afterEach(() => Promise.all([oncall, mimir, github, fallback, workos].map((vendor) => vendor.close())));

const get = async (url: string, headers: Record<string, string>, method = "GET") => {
  const reply = await fetch(url, { method, headers });
  const text = await reply.text();
  return {
    status: reply.status,
    headers: reply.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
};
interface WorkosPage {
  data: { name?: string; email?: string | null }[];
  list_metadata: { after: string | null };
}
const callWorkos = async (path: string) => {
  const reply = await get(`${workos.url}${path}`, { authorization: "Bearer sk_1" });
  return { ...reply, body: reply.body as WorkosPage };
};
const callOnCall = (path: string, method = "GET") => get(`${oncall.url}${path}`, { authorization: "token-1" }, method);

test("OnCall pages its users and names who is on call", async () => {
  const { body } = await callOnCall("/users/?perpage=3");
  const page = body as { count: number; results: { username: string }[]; next: string };
  assert.equal(page.count, 4);
  assert.equal(page.results.length, 3);
  const next = await get(page.next, { authorization: "token-1" });
  assert.deepEqual(
    (next.body as { results: { username: string }[] }).results.map(({ username }) => username),
    ["casey"],
  );
  const schedule = await callOnCall("/schedules/SV6H2NPZ8RW4J");
  assert.deepEqual((schedule.body as { on_call_now: string[] }).on_call_now, ["U7QK2M9XW4TLR"]);
  const user = await callOnCall("/users/U7QK2M9XW4TLR");
  assert.equal((user.body as { email: string }).email, "alex@example.com");
});

test("OnCall walks from route to chain to steps", async () => {
  const route = (await callOnCall("/routes/RJ8C2YTKW6NF4")).body as { escalation_chain_id: string };
  const chain = (await callOnCall(`/escalation_chains/${route.escalation_chain_id}`)).body as { id: string };
  const steps = (await callOnCall(`/escalation_policies/?escalation_chain_id=${chain.id}`)).body as { count: number };
  assert.equal(steps.count, 6);
  assert.deepEqual(
    ((await callOnCall("/escalation_policies/?escalation_chain_id=X")).body as { count: number }).count,
    0,
  );
});

test("OnCall takes a raw token, not a bearer", async () => {
  const { status, body } = await get(`${oncall.url}/users/`, { authorization: "Bearer token-1" });
  assert.equal(status, 403);
  assert.deepEqual(body, { detail: "Invalid token." });
});

test("an alert group is acknowledged once; the second time says so", async () => {
  rememberAlertGroup(oncall.state, {
    id: "IABC",
    integration_id: "C",
    team_id: null,
    route_id: null,
    state: "firing",
    created_at: "2026-11-21T09:14:03.118204Z",
    resolved_at: null,
    resolved_by: null,
    acknowledged_at: null,
    acknowledged_by: null,
    silenced_at: null,
  });
  const open = (await callOnCall("/alert_groups/?state=new")).body as { results: { id: string }[] };
  assert.deepEqual(
    open.results.map(({ id }) => id),
    ["IABC"],
  );
  assert.deepEqual(
    await callOnCall("/alert_groups/IABC/acknowledge", "POST").then(({ status, body }) => [status, body]),
    [200, undefined],
  );
  const again = await callOnCall("/alert_groups/IABC/acknowledge", "POST");
  assert.equal(again.status, 400);
  assert.deepEqual(again.body, { detail: "Can't acknowledge an acknowledged alert group" });
  assert.deepEqual(transitions, [["IABC", "acknowledge", "kim"]]);
  assert.equal(((await callOnCall("/alert_groups/?state=new")).body as { count: number }).count, 0);
  assert.equal((await callOnCall("/alert_groups/NONE/acknowledge", "POST")).status, 404);
});

const basic = { authorization: `Basic ${Buffer.from("12:m").toString("base64")}` };
const query = (text: string, time?: number) =>
  get(
    `${mimir.url}/api/prom/api/v1/query?${new URLSearchParams({ query: text, ...(time ? { time: String(time) } : {}) })}`,
    basic,
  );
interface MimirAnswer {
  data: { result: { metric: { instance: string }; value: [number, string] }[] };
}
const values = (answer: { body: unknown }) => (answer.body as MimirAnswer).data.result.map(({ value }) => value[1]);

test("Mimir answers higher now than two hours ago, with a NaN sample", async () => {
  const text = 'sum(rate(http_errors{service="payments"}[5m]))';
  const seconds = Date.now() / 1_000;
  assert.deepEqual(values(await query(text)), ["0.0731", "0.0688", "NaN"]);
  assert.deepEqual(values(await query(text, seconds)), ["0.0731", "0.0688", "NaN"]);
  const before = await query(text, seconds - 7_200);
  assert.deepEqual(values(before), ["0.0021", "0.0019", "NaN"]);
  assert.ok(Math.abs(((before.body as MimirAnswer).data.result[0]?.value[0] ?? 0) - (seconds - 7_200)) < 1);
});

test("Mimir knows nothing of an unknown service, and refuses a bad query or user", async () => {
  assert.deepEqual(values(await query('up{service="nobody"}')), []);
  assert.equal((await query("")).status, 400);
  assert.equal((await get(`${mimir.url}/api/prom/api/v1/query?query=up`, {})).status, 401);
});

const gh = (path: string, headers: Record<string, string> = {}) =>
  get(`${github.url}${path}`, { authorization: "Bearer gh", "user-agent": "test", ...headers });

test("GitHub lists deployments newest first, shifted to now, with their statuses", async () => {
  const { body, headers } = await gh("/repos/kestrel-freight/payments/deployments?environment=production&per_page=3");
  const [newest, older] = body as { id: number; created_at: string }[];
  const minutes = (Date.now() - Date.parse(newest?.created_at ?? "")) / 60_000;
  assert.ok(minutes > 11 && minutes < 12, `deployed ${minutes} min ago`);
  assert.ok(Number(headers.get("x-ratelimit-remaining")) < 5_000);
  const states = async (id: number | undefined) =>
    ((await gh(`/repos/kestrel-freight/payments/deployments/${id}/statuses`)).body as { state: string }[]).map(
      ({ state }) => state,
    );
  assert.deepEqual(await states(newest?.id), ["success", "in_progress", "queued"]);
  assert.deepEqual(await states(older?.id), ["success"]);
});

test("GitHub honours an ETag, a commit window, and knows the quiet repositories", async () => {
  const first = await gh("/repos/kestrel-freight/search/deployments");
  assert.equal((first.body as unknown[]).length, 1);
  const etag = first.headers.get("etag") ?? "";
  assert.equal((await gh("/repos/kestrel-freight/search/deployments", { "if-none-match": etag })).status, 304);
  const since = new Date(Date.now() - 60 * 60_000).toISOString();
  assert.equal(((await gh(`/repos/kestrel-freight/payments/commits?since=${since}`)).body as unknown[]).length, 1);
  assert.equal((await gh("/repos/kestrel-freight/nothing/commits")).status, 404);
  assert.equal((await gh("/repos/kestrel-freight/payments/commits", { authorization: "Bearer x" })).status, 401);
});

test("the fallback webhook keeps what it was sent", async () => {
  await fetch(`${fallback.url}/hooks/incidents`, {
    method: "POST",
    body: JSON.stringify({ text: "payments is down" }),
  });
  assert.deepEqual(fallback.state.posts[0]?.body, { text: "payments is down" });
});

test("WorkOS pages by a cursor and answers the page behind the last one empty", async () => {
  const group = "directory_group_01JB2R1SRE0001";
  const first = await callWorkos(`/directory_users?group=${group}&limit=3`);
  const emails = ({ data }: WorkosPage) => data.map(({ email }) => email);
  assert.deepEqual(emails(first.body), ["alex@example.com", "Sam@example.com", "kim@example.com"]);
  const second = await callWorkos(`/directory_users?group=${group}&limit=3&after=${first.body.list_metadata.after}`);
  assert.deepEqual(emails(second.body), ["former@example.com"]);
  const third = await callWorkos(`/directory_users?group=${group}&limit=3&after=${second.body.list_metadata.after}`);
  assert.deepEqual(third.body, { object: "list", data: [], list_metadata: { before: null, after: null } });
});

test("WorkOS knows groups by directory, and nothing without a filter, with a misnamed one or with a wrong key", async () => {
  const groups = await callWorkos("/directory_groups?directory=directory_01JB2Q7W9ZKESTREL");
  assert.deepEqual(
    groups.body.data.map(({ name }) => name),
    ["payments-sre", "status-approvers"],
  );
  assert.equal((await callWorkos("/directory_users")).status, 422);
  assert.equal((await callWorkos("/directory_users?directory_id=directory_01JB2Q7W9ZKESTREL")).status, 501);
  assert.equal((await callWorkos("/directory_users?group=directory_group_other")).status, 404);
  assert.equal((await callWorkos("/directory_users?limit=101&directory=x")).status, 422);
  assert.equal((await get(`${workos.url}/directory_groups?directory=x`, { authorization: "Bearer x" })).status, 401);
});

test("WorkOS takes four requests a second for the users of one directory", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const reply = await callWorkos("/directory_users?group=directory_group_01JB2R1SRE0001");
    statuses.push(reply.status);
    if (reply.status === 429) assert.equal(reply.headers.get("retry-after"), "1");
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 429]);
  workosNow += 1_000;
  assert.equal((await callWorkos("/directory_users?group=directory_group_01JB2R1SRE0001")).status, 200);
});
