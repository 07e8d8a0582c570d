import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { SIGNING_SECRET, startTestSlack, type TestSlack } from "./start-test-slack.ts";

const json = (body: unknown) => ({ type: "application/json", body: JSON.stringify(body) });
const ops = ({ slack }: TestSlack) => slack.snapshot().channels.find((one) => one.name === "ops")?.messages ?? [];

const respond = (url: string, body: unknown) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

test("a command arrives signed as Slack signs, with its mentions escaped", async () => {
  await using world = await startTestSlack();
  world.bridge.answers["/slack/commands"] = () => json({ response_type: "ephemeral", text: "One incident is open." });
  const answer = await world.slack.command({
    user: "alex",
    channel: "ops",
    command: "/incident-response",
    text: "page @sam in #incidents & hurry",
  });
  expect(answer).toMatchObject({
    ok: true,
    response: { text: "One incident is open." },
    messages: [{ text: "One incident is open.", ephemeral_for: "U07ALEXLIN1" }],
  });

  const [request] = world.bridge.received;
  const stamp = request?.headers["x-slack-request-timestamp"];
  const expected = createHmac("sha256", SIGNING_SECRET).update(`v0:${stamp}:${request?.body}`).digest("hex");
  expect(request?.headers["x-slack-signature"]).toBe(`v0=${expected}`);
  const form = Object.fromEntries(new URLSearchParams(request?.body));
  expect(form).toMatchObject({
    team_id: "T07KESTREL1",
    channel_id: "C07OPS00001",
    channel_name: "ops",
    user_id: "U07ALEXLIN1",
    user_name: "alex",
    command: "/incident-response",
    text: "page <@U07SAMWIER2|sam> in <#C07INCIDENT|incidents> &amp; hurry",
    is_enterprise_install: "false",
  });
});

test("an empty acknowledgement waits for what comes back through the response_url", async () => {
  await using world = await startTestSlack();
  world.bridge.answers["/slack/commands"] = (body) => {
    const url = new URLSearchParams(body).get("response_url") ?? "";
    void respond(url, { text: "Looking…" }).then(() =>
      respond(url, { response_type: "in_channel", replace_original: true, text: "All is well" }),
    );
    return "";
  };
  const answer = await world.slack.command({
    user: "alex",
    channel: "ops",
    command: "incident-response",
    text: "status",
  });
  expect(answer).toMatchObject({ ok: true, response: null, messages: [{ text: "All is well" }] });
  expect(ops(world)).toMatchObject([{ user: "U07COMPBOT1", text: "All is well" }]);
  expect(ops(world)[0]?.ephemeral_for).toBeUndefined();
});

test("a response_url takes five posts within thirty minutes", async () => {
  let now = Date.now();
  await using world = await startTestSlack({ clock: { now: () => now } });
  let url = "";
  world.bridge.answers["/slack/commands"] = (body) => {
    url = new URLSearchParams(body).get("response_url") ?? "";
    return "ok";
  };
  await world.slack.command({ user: "alex", channel: "ops", command: "/x", text: "" });
  const invalid = await respond(url, { blocks: [{ type: "carousel" }] });
  expect(await invalid.json()).toMatchObject({ ok: false, error: "invalid_blocks" });
  for (let post = 0; post < 5; post++) expect((await respond(url, { text: `post ${post}` })).status).toBe(200);
  expect(await (await respond(url, { text: "sixth" })).json()).toMatchObject({ ok: false, error: "used_url" });
  await world.slack.command({ user: "alex", channel: "ops", command: "/x", text: "" });
  now += 30 * 60_000 + 1;
  expect(await (await respond(url, { text: "late" })).json()).toMatchObject({ ok: false, error: "expired_url" });
});

test("no acknowledgement within three seconds is operation_timeout, a refusal is dispatch_failed", async () => {
  await using world = await startTestSlack({ limits: { ackMs: 150 } });
  world.bridge.answers["/slack/commands"] = () => new Promise(() => {});
  const act = { user: "alex", channel: "ops", command: "/x", text: "" };
  expect(await world.slack.command(act)).toMatchObject({ ok: false, error: "operation_timeout" });
  world.bridge.answers["/slack/commands"] = () => ({ status: 401, body: "no" });
  expect(await world.slack.command(act)).toMatchObject({ ok: false, error: "dispatch_failed", status: 401 });
  world.faults.add({ target: "slack", kind: "down", match: "command", times: 1 });
  expect(await world.slack.command(act)).toMatchObject({ ok: false, error: "dispatch_failed" });
});

test("in a private channel the command does not name the channel", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const { body } = await world.api("conversations.create", { name: "room", is_private: true }, token);
  await world.api("conversations.invite", { channel: body.channel.id, users: "U07ALEXLIN1" }, token);
  world.bridge.answers["/slack/commands"] = () => "ok";
  await world.slack.command({ user: "alex", channel: "room", command: "/x", text: "" });
  expect(new URLSearchParams(world.bridge.received.at(-1)?.body).get("channel_name")).toBe("privategroup");
  expect(await world.slack.command({ user: "sam", channel: "room", command: "/x", text: "" })).toMatchObject({
    ok: false,
    error: "channel_not_found",
  });
});
