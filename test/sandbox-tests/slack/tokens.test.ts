import { expect, test } from "vitest";
import { METHODS } from "../../sandbox/slack/web-api/methods.ts";
import { startTestSlack } from "./start-test-slack.ts";

test("the Web API of the war room is there, method by method", () => {
  const needed = `
    conversations.create conversations.invite conversations.setTopic conversations.setPurpose conversations.rename
    conversations.kick conversations.archive conversations.members conversations.info conversations.list
    conversations.history conversations.replies users.conversations chat.postMessage chat.update chat.postEphemeral
    chat.delete chat.getPermalink pins.add pins.list pins.remove reactions.add bookmarks.add bookmarks.edit bookmarks.list
    users.lookupByEmail users.info users.list usergroups.list usergroups.users.list views.open views.update views.push
    views.publish functions.completeSuccess functions.completeError workflows.triggers.create workflows.triggers.update
    workflows.triggers.delete workflows.triggers.list apps.datastore.get apps.datastore.put apps.datastore.update
    apps.datastore.delete apps.datastore.query apps.datastore.count apps.datastore.bulkGet apps.datastore.bulkPut
    apps.datastore.bulkDelete auth.test team.info`;
  expect(
    needed
      .trim()
      .split(/\s+/)
      .filter((method) => !METHODS[method]),
  ).toEqual([]);
});

test("a call without a token, with a wrong one or with one of an ended execution is refused by Slack's names", async () => {
  await using world = await startTestSlack();
  const bare = await fetch(`${world.slack.apiUrl}auth.test`, { method: "POST" });
  expect(await bare.json()).toEqual({ ok: false, error: "not_authed" });
  expect((await world.api("auth.test", {}, "xoxb-wrong")).body.error).toBe("invalid_auth");
  const token = await world.hostedToken();
  expect((await world.api("auth.test", {}, token)).body).toMatchObject({ ok: true, user_id: "U07HOSTBOT1" });
  const execution = world.slack.snapshot().executions.at(-1)?.id;
  await world.api("functions.completeSuccess", { function_execution_id: execution, outputs: { done: "x" } }, token);
  expect((await world.api("auth.test", {}, token)).body.error).toBe("token_revoked");
});

test("the companion has its manifest's scopes and no more", async () => {
  await using world = await startTestSlack();
  expect((await world.api("auth.test")).body).toMatchObject({ ok: true, user_id: "U07COMPBOT1" });
  expect((await world.api("usergroups.users.list", { usergroup: "S07APPROVER" })).body.users).toEqual([
    "U07RILEYQ4",
    "U07JORDANO5",
  ]);
  expect((await world.api("conversations.create", { name: "x", is_private: true })).body).toMatchObject({
    ok: false,
    error: "missing_scope",
    needed: "groups:write",
  });
  expect((await world.api("apps.datastore.get", { datastore: "war_rooms", id: "x" })).body.error).toBe(
    "not_allowed_token_type",
  );
  expect((await world.api("functions.completeSuccess", { function_execution_id: "Fx1" })).body.error).toBe(
    "not_allowed_token_type",
  );
});

test("people are found by address only while they are active, with the facts that decide who may approve", async () => {
  await using world = await startTestSlack();
  const found = await world.api("users.lookupByEmail", { email: "Alex@Example.com" });
  expect(found.body.user).toMatchObject({ id: "U07ALEXLIN1", is_bot: false, deleted: false, team_id: "T07KESTREL1" });
  expect((await world.api("users.lookupByEmail", { email: "former@example.com" })).body.error).toBe("users_not_found");
  expect((await world.api("users.info", { user: "U07GUEST007" })).body.user).toMatchObject({ is_restricted: true });
  expect((await world.api("users.info", { user: "U08OUTSIDE1" })).body.user).toMatchObject({
    team_id: "T08OTHER001",
    is_stranger: true,
  });
  expect((await world.api("users.info", { user: "U07FORMER09" })).body.user).toMatchObject({ deleted: true });
});

test("an unknown method answers HTTP 200 and is logged loudly", async () => {
  await using world = await startTestSlack();
  const reply = await world.api("conversations.explode");
  expect(reply).toMatchObject({ status: 200, body: { ok: false, error: "unknown_method" } });
  expect(world.logs.join()).toMatch(/unknown Web API method conversations\.explode/);
});

test("form-encoded and JSON bodies mean the same, and the log says who called what", async () => {
  await using world = await startTestSlack();
  const form = await fetch(`${world.slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: "Bearer xoxb-test-companion", "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      channel: "C07ALERTS01",
      text: "form",
      blocks: JSON.stringify([{ type: "divider" }]),
      metadata: JSON.stringify({ event_type: "alert_line", event_payload: { n: 1 } }),
    }),
  });
  expect(await form.json()).toMatchObject({ ok: true, message: { text: "form" } });
  await world.api("chat.postMessage", { channel: "alerts", text: "json", blocks: [{ type: "divider" }] });
  const messages = world.slack.snapshot().channels.find((one) => one.name === "alerts")?.messages;
  expect(messages).toMatchObject([
    { text: "form", metadata: { event_type: "alert_line", event_payload: { n: 1 } }, blocks: [{ type: "divider" }] },
    { text: "json", metadata: null, blocks: [{ type: "divider" }] },
  ]);
  expect(world.slack.requests()).toMatchObject([
    { method: "chat.postMessage", user: "U07COMPBOT1", ok: true },
    { method: "chat.postMessage", user: "U07COMPBOT1", ok: true },
  ]);
});

test("a misspelt argument is ignored as on Slack, but not in silence", async () => {
  await using world = await startTestSlack();
  const posted = await world.api("chat.postMessage", {
    channel: "alerts",
    text: "x",
    thread: "1.2",
    unfurl_links: false,
  });
  expect(posted.body).toMatchObject({ ok: true, warning: "unexpected_arguments" });
  expect(world.logs.join()).toMatch(/chat\.postMessage: unexpected argument thread$/);
  expect((await world.api("conversations.info", { channel: "alerts" })).body).toMatchObject({
    error: "channel_not_found",
  });
});
