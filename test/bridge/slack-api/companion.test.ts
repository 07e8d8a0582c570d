import { expect, test } from "vitest";
import { createApproverLookup } from "../../../bridge/approvers.ts";
import { DENIAL_TEXT } from "../../../bridge/incident/decide/approve.ts";
import { initialIncident } from "../../../bridge/incident/state.ts";
import { createLogger, silentLogger } from "../../../bridge/platform/logger.ts";
import { createManners } from "../../../bridge/platform/manners/manners.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { authorityOf } from "../../../bridge/publish-gate/approver.ts";
import { createCompanion } from "../../../bridge/slack-api/companion.ts";
import { judgeSlack } from "../../../bridge/slack-api/judge-slack.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { startSlackWebApi } from "../../support/slack-web-api.ts";
import { fixedSecrets } from "../../support/sources.ts";
import { woundClock } from "../../support/wound-clock.ts";

async function start(log = silentLogger) {
  const faults = new FaultBoard();
  const slack = await startSlackWebApi(faults);
  const clock = woundClock();
  const values = { "slack-companion": JSON.stringify({ signing_secret: "s", bot_token: slack.token }) };
  const companion = createCompanion({
    secrets: fixedSecrets(values),
    clock,
    log,
    slackApiUrl: slack.url,
    timeoutMs: 300,
    manners: createManners({ clock, metrics: createMetrics(), log, breakerOpenMs: 60_000 }).of("slack", judgeSlack),
  });
  return { faults, slack, clock, values, companion, [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose]() };
}

test("facts about a person say everything an approval asks, and when", async () => {
  await using world = await start();
  expect(await world.companion.userFacts("U07ALEXLIN1")).toEqual({
    userId: "U07ALEXLIN1",
    teamId: "T07KESTREL1",
    name: "alex",
    email: "alex@example.com",
    isBot: false,
    deleted: false,
    restricted: false,
    stranger: false,
    lookedUpAt: world.clock.now(),
  });
  expect(await world.companion.userFacts("U07GUEST007")).toMatchObject({ restricted: true });
  expect(await world.companion.userFacts("U07ROBOT008")).toMatchObject({ isBot: true });
  expect(await world.companion.userFacts("U07FORMER09")).toMatchObject({ deleted: true });
  expect(await world.companion.userFacts("U08OUTSIDE1")).toMatchObject({ stranger: true, teamId: "T08OTHER001" });
});

test("Slackbot and single-channel guests are what they are although Slack flags them otherwise", async () => {
  await using world = await start();
  world.slack.people.push(
    { id: "USLACKBOT", team_id: "T07KESTREL1", name: "slackbot", is_bot: false },
    { id: "U07ULTRA010", team_id: "T07KESTREL1", name: "ultra", is_ultra_restricted: true },
  );
  expect(await world.companion.userFacts("USLACKBOT")).toMatchObject({ isBot: true });
  expect(await world.companion.userFacts("U07ULTRA010")).toMatchObject({ restricted: true });
});

test("facts are read anew every time", async () => {
  await using world = await start();
  await world.companion.userFacts("U07ALEXLIN1");
  Object.assign(world.slack.people[0] ?? {}, { deleted: true });
  expect(await world.companion.userFacts("U07ALEXLIN1")).toMatchObject({ deleted: true });
});

test("who is not there is an answer with Slack's name for it", async () => {
  await using world = await start();
  expect(await world.companion.userFacts("U07NOBODY99")).toMatchObject({ error: "user_not_found" });
  expect(await world.companion.lookupByEmail("nobody@example.com")).toEqual({
    error: "users_not_found",
    unavailable: "nobody in Slack has this e-mail address",
  });
});

test("members of a group are shared for a minute and no longer", async () => {
  await using world = await start();
  const first = await world.companion.groupMembers("incident-fallback");
  expect(first).toEqual({
    groupId: "S07FALLBACK",
    handle: "incident-fallback",
    userIds: ["U07SAMWIER2", "U07KIMRAMN3"],
    lookedUpAt: world.clock.now(),
  });
  Object.assign(world.slack.groups[0] ?? {}, { users: ["U07ALEXLIN1"] });
  world.clock.advance(59_999);
  expect(await world.companion.groupMembers("incident-fallback", { maxAgeMs: 3_600_000 })).toEqual(first);
  expect(await world.companion.groupMembers("incident-fallback", { maxAgeMs: 10_000 })).toMatchObject({
    userIds: ["U07ALEXLIN1"],
  });
  Object.assign(world.slack.groups[0] ?? {}, { users: [] });
  world.clock.advance(60_000);
  expect(await world.companion.groupMembers("incident-fallback")).toMatchObject({ userIds: [] });
});

test("while Slack is down an old list of members is not given out", async () => {
  await using world = await start();
  await world.companion.groupMembers("incident-fallback");
  world.clock.advance(60_000);
  world.faults.add({ target: "slack", kind: "down" });
  expect(await world.companion.groupMembers("incident-fallback")).toMatchObject({ error: "unreachable" });
  world.faults.clear();
  expect(await world.companion.groupMembers("incident-fallback")).toMatchObject({ groupId: "S07FALLBACK" });
});

test("a group that is unknown or was disabled has no members", async () => {
  await using world = await start();
  expect(await world.companion.groupMembers("status-approvers")).toMatchObject({ error: "group-not-found" });
  Object.assign(world.slack.groups[0] ?? {}, { date_delete: 1_700_000_000 });
  expect(await world.companion.groupMembers("incident-fallback")).toMatchObject({ error: "group-not-found" });
});

test.each([
  [{ kind: "rate_limit" }, { error: "ratelimited", unavailable: "Slack limits our requests", retryAfterMs: 30_000 }],
  [
    { kind: "slow", ms: 1_000 },
    { error: "timeout", unavailable: "timed out" },
  ],
  [{ kind: "down" }, { error: "unreachable", unavailable: "Slack could not be reached" }],
  [
    { kind: "error", status: 503 },
    { error: "http_503", unavailable: "Slack answered 503" },
  ],
  [{ kind: "malformed" }, { error: "malformed", unavailable: "Slack answered something unexpected" }],
] as const)("Slack %j is an answer with a name", async (fault, failure) => {
  await using world = await start();
  world.faults.add({ target: "slack", ...fault });
  expect(await world.companion.userFacts("U07ALEXLIN1")).toEqual(failure);
});

test("a read is repeated once, a message never", async () => {
  await using world = await start();
  world.faults.add({ target: "slack", kind: "down", times: 1 });
  expect(await world.companion.userFacts("U07ALEXLIN1")).toMatchObject({ name: "alex" });
  world.faults.add({ target: "slack", kind: "commit_then_drop", times: 1 });
  expect(await world.companion.postMessage("C07ALERTS01", "no room yet")).toMatchObject({ error: "unreachable" });
  expect(world.slack.posted).toHaveLength(1);
  expect(world.slack.calls().filter((method) => method === "chat.postMessage")).toHaveLength(1);
});

test("a message is posted with its text and blocks", async () => {
  await using world = await start();
  const blocks = [{ type: "section" as const, text: { type: "mrkdwn" as const, text: "*payments*" } }];
  expect(await world.companion.postMessage("C07ALERTS01", "payments", blocks)).toEqual({ ts: "1795253640.000001" });
  expect(world.slack.posted[0]).toMatchObject({
    channel: "C07ALERTS01",
    text: "payments",
    blocks: JSON.stringify(blocks),
  });
});

test("a rotated token is used at once and a refused one is named; neither is ever logged", async () => {
  const lines: string[] = [];
  const log = createLogger({
    level: "trace",
    clock: woundClock(),
    destination: { write: (line) => void lines.push(line) },
  });
  await using world = await start(log);
  world.values["slack-companion"] = JSON.stringify({ bot_token: "xoxb-old-and-revoked" });
  expect(await world.companion.userFacts("U07ALEXLIN1")).toEqual({
    error: "invalid_auth",
    unavailable: "Slack refused our credential, invalid_auth",
  });
  world.values["slack-companion"] = JSON.stringify({ bot_token: world.slack.token });
  expect(await world.companion.userFacts("U07ALEXLIN1")).toMatchObject({ name: "alex" });
  expect(lines.join("")).toContain("invalid_auth");
  expect(lines.join("")).not.toMatch(/xoxb/);
});

test("a Slack that keeps failing is left alone, and whoever clicks Approve meanwhile is told at once", async () => {
  await using world = await start();
  const { slack, clock, companion } = world;
  world.faults.add({ target: "slack", kind: "error", status: 503 });
  for (let n = 0; n < 5; n += 1) expect(await companion.userFacts("U07ALEXLIN1")).toMatchObject({ error: "http_503" });

  const before = slack.calls().length;
  const facts = await createApproverLookup({ companion, group: "status-approvers", clock })("U07JORDANO5");
  expect(facts).toEqual({ kind: "unavailable", why: "Slack failed repeatedly and is not asked for a moment" });
  expect(slack.calls()).toHaveLength(before);
  const denied = authorityOf(
    initialIncident("INC-20261121-0914-K7QF"),
    "U07JORDANO5",
    facts,
    "T07KESTREL1",
    clock.now(),
  );
  expect(denied).toEqual({ kind: "denied", reason: "lookup-failed" });
  expect(DENIAL_TEXT["lookup-failed"]).toContain("Try again in a moment");
});

test("somebody whom Slack does not know says nothing about Slack's health", async () => {
  await using world = await start();
  const { companion } = world;
  for (let n = 0; n < 7; n += 1) {
    expect(await companion.lookupByEmail("nobody@example.com")).toMatchObject({ error: "users_not_found" });
  }
});
