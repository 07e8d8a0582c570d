import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, startTestSlack, type TestSlack } from "./start-test-slack.ts";

const messages = ({ slack }: TestSlack, name: string) =>
  slack.snapshot().channels.find((one) => one.name === name)?.messages ?? [];

const card = (url: string) => [
  {
    type: "actions",
    elements: [
      {
        type: "workflow_button",
        action_id: "ask",
        text: { type: "plain_text", text: "Ask" },
        workflow: { trigger: { url, customizable_input_parameters: [{ name: "incident_id", value: "INC-9" }] } },
      },
    ],
  },
];

test("a workflow button starts its link trigger with its inputs, long after its message's execution has ended", async () => {
  await using world = await startTestSlack();
  const url = world.slack.triggers.links.ask ?? "";
  const posted = await world.api("chat.postMessage", { channel: "alerts", text: "Ask?", blocks: card(url) });
  const clicked = await world.slack.click({ user: "kim", channel: "alerts", ts: posted.body.ts, action_id: "ask" });
  expect(clicked).toMatchObject({ ok: true, execution_id: expect.any(String), view_id: expect.any(String) });
  expect(world.slack.snapshot().executions.at(-1)?.inputs).toEqual({
    interactivity: { interactor: { id: "U07KIMRAMN3" } },
    channel: "C07ALERTS01",
    user: "U07KIMRAMN3",
    incident_id: "INC-9",
  });
});

test("a button with a made-up URL starts nothing", async () => {
  await using world = await startTestSlack();
  const real = world.slack.triggers.links.ask ?? "";
  const posted = await world.api("chat.postMessage", { channel: "alerts", text: "Ask?", blocks: card(`${real}0`) });
  expect(
    await world.slack.click({ user: "kim", channel: "alerts", ts: posted.body.ts, action_id: "ask" }),
  ).toMatchObject({ ok: false, error: "trigger_not_found" });
});

test("only customizable inputs can be given, and guests cannot run workflows of an app with groups:write", async () => {
  await using world = await startTestSlack();
  expect(await world.slack.run({ user: "alex", trigger: "ask", inputs: { user: "U07SAMWIER2" } })).toMatchObject({
    ok: false,
    error: "invalid_inputs",
  });
  expect(await world.slack.run({ user: "guest", trigger: "ask" })).toMatchObject({
    ok: false,
    error: "restricted_action",
  });
  expect(await world.slack.run({ user: "alex", trigger: "doorbell" })).toMatchObject({
    ok: false,
    error: "not_a_link_trigger",
  });
  expect(await world.slack.run({ user: "alex", trigger: "nothing" })).toMatchObject({
    ok: false,
    error: "trigger_not_found",
  });
});

test("Slack's own form is filled by label or name and hands its fields to the next step", async () => {
  await using world = await startTestSlack();
  const run = await world.slack.run({ user: "sam", trigger: "note" });
  const view_id = run.ok ? (run.view_id ?? "") : "";
  expect(world.slack.snapshot().views).toMatchObject([{ id: view_id, title: "Take a note", submit: "Note it" }]);
  expect(await world.slack.submit({ user: "sam", view_id, values: { Kind: "A guess" } })).toEqual({
    ok: false,
    error: "validation",
    errors: { note: "This field is required." },
  });
  expect(
    await world.slack.submit({ user: "sam", view_id, values: { Note: "it is the cache", kind: "guess", who: "kim" } }),
  ).toMatchObject({ ok: true });
  await world.until(() => messages(world, "incidents").find((one) => one.text === "worked: it is the cache"));
  const form = world.slack.snapshot().executions.find((one) => one.function === "slack#/functions/open_form");
  expect(form).toMatchObject({
    status: "completed",
    outputs: { fields: { note: "it is the cache", kind: "guess", who: "U07KIMRAMN3" }, submit_user: "U07SAMWIER2" },
  });
});

test("a step of Slack's that is not implemented stops the workflow and says what is", async () => {
  await using world = await startTestSlack();
  const run = await world.slack.run({ user: "sam", trigger: "unknown_step" });
  expect(run).toMatchObject({
    ok: false,
    error: "workflow_failed",
    detail: expect.stringMatching(/slack#\/functions\/delay.*open_form/),
  });
});

test("a webhook trigger takes flat JSON and its whole URL only", async () => {
  await using world = await startTestSlack();
  expect((await world.ring({ reason: { nested: true } })).body).toMatchObject({
    ok: false,
    error: "parameter_validation_failed",
  });
  expect((await world.ring("not json")).body).toMatchObject({ ok: false, error: "invalid_webhook_data" });
  const wrong = await fetch(`${world.slack.triggers.doorbell}0`, { method: "POST", body: "{}" });
  expect(wrong.status).toBe(404);
  expect(world.slack.snapshot().executions).toEqual([]);
});

test("a scheduled trigger runs when fired, and by itself only when it is due", async () => {
  let now = Date.now();
  await using world = await startTestSlack({ clock: { now: () => now } });
  const { next_due } = world.slack.snapshot().triggers.find((one) => one.name === "sweep_00") ?? {};
  expect(await world.slack.fire({ trigger: "sweep_00" })).toMatchObject({ ok: true, execution_id: expect.any(String) });
  expect(await world.slack.fire({ trigger: "doorbell" })).toMatchObject({
    ok: false,
    error: "not_a_scheduled_trigger",
  });
  expect(world.slack.snapshot().triggers.find((one) => one.name === "sweep_00")?.next_due).toBe(next_due);
  now = Date.parse(next_due ?? "");
  await world.until(() => world.slack.snapshot().executions.filter((one) => one.trigger === "sweep_00").length === 2);
  const after = world.slack.snapshot().triggers.find((one) => one.name === "sweep_00")?.next_due ?? "";
  expect(Date.parse(after) - now).toBe(3_600_000);
});

test.each([
  [
    "an hour ago",
    `schedule: { start_time: "2020-01-01T00:00:00Z", frequency: { type: "hourly" } }`,
    /must lie in the future/,
  ],
  [
    "an input that the workflow lacks",
    `inputs: { nonsense: { value: "x" } }, schedule: { start_time: "2090-01-01T00:00:00Z" }`,
    /no input nonsense/,
  ],
  [
    "a workflow that is not there",
    `workflow: "#/workflows/none", schedule: { start_time: "2090-01-01T00:00:00Z" }`,
    /not in the manifest/,
  ],
  [
    "a required interactivity",
    `workflow: "#/workflows/form", schedule: { start_time: "2090-01-01T00:00:00Z" }`,
    /carries no interactivity/,
  ],
])("a scheduled trigger with %s is refused by name when Slack starts", async (_name, rest, message) => {
  const folder = mkdtempSync(join(ROOT, "node_modules/.cache/bad-trigger-"));
  writeFileSync(
    join(folder, "bad.ts"),
    `export default { type: "scheduled", name: "Bad", workflow: "#/workflows/work", ${rest} };`,
  );
  try {
    await expect(startTestSlack({ triggersDir: folder })).rejects.toThrow(message);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a pointer older than three seconds opens nothing", async () => {
  let now = Date.now();
  await using world = await startTestSlack({ clock: { now: () => now } });
  await world.ring({ reason: "card" });
  await world.until(() => world.slack.snapshot().executions.find((one) => one.status === "open"));
  const ts = messages(world, "incidents").at(-1)?.ts ?? "";
  // Between the click and the handler's call the clock goes on.
  const unsubscribe = world.slack.onChange(({ type }) => {
    if (type === "execution_started") now += 3_001;
  });
  const run = await world.slack.run({ user: "alex", trigger: "ask" });
  expect(run).toMatchObject({ ok: false, error: "workflow_failed", detail: "expired_trigger_id" });
  unsubscribe();
  expect(world.slack.snapshot().executions.at(-1)?.notices).toEqual([
    'Slackbot to <@U07ALEXLIN1>: the workflow "Ask" stopped. expired_trigger_id',
  ]);
  expect(await world.slack.click({ user: "alex", channel: "incidents", ts, action_id: "edit" })).toMatchObject({
    ok: true,
    view_id: expect.any(String),
  });
});

test("an event trigger made for a room hears its pins and reactions and nothing of other channels", async () => {
  await using world = await startTestSlack();
  const token = await world.hostedToken();
  const definition = {
    type: "event",
    name: "pins",
    workflow: "#/workflows/work",
    event: { event_type: "slack#/events/pin_added", channel_ids: ["C07INCIDENT"] },
    inputs: { reason: { value: "pinned {{data.message_ts}} by {{data.user_id}}" } },
  };
  const created = await world.api("workflows.triggers.create", definition, token);
  expect(created.body).toMatchObject({ ok: true, trigger: { type: "event", name: "pins" } });
  const foreign = { ...definition, event: { event_type: "slack#/events/pin_added", channel_ids: ["C07GENERAL1"] } };
  expect((await world.api("workflows.triggers.create", foreign, token)).body.error).toBe("channel_not_found");

  const elsewhere = await world.slack.message({ user: "sam", channel: "general", text: "hi" });
  await world.slack.pin({ user: "sam", channel: "general", ts: elsewhere.ok ? elsewhere.ts : "" });
  const said = await world.slack.message({ user: "sam", channel: "incidents", text: "look" });
  const ts = said.ok ? said.ts : "";
  expect(await world.slack.pin({ user: "sam", channel: "incidents", ts })).toEqual({ ok: true });
  expect(await world.slack.pin({ user: "sam", channel: "incidents", ts })).toEqual({
    ok: false,
    error: "already_pinned",
  });
  await world.until(() =>
    messages(world, "incidents").find((one) => one.text === `worked: pinned ${ts} by U07SAMWIER2`),
  );
  expect(world.slack.snapshot().executions.filter((one) => one.trigger === "pins")).toHaveLength(1);

  await world.api("workflows.triggers.delete", { trigger_id: created.body.trigger.id }, token);
  expect(world.slack.snapshot().triggers.map((one) => one.name)).not.toContain("pins");
});

test("people talk, react and join as themselves", async () => {
  await using world = await startTestSlack();
  const said = await world.slack.message({ user: "casey", channel: "#general", text: "hello" });
  const ts = said.ok ? said.ts : "";
  expect(await world.slack.message({ user: "kim", channel: "general", text: "yes?", thread_ts: ts })).toMatchObject({
    ok: true,
  });
  expect(await world.slack.react({ user: "kim", channel: "general", ts, name: ":eyes:" })).toEqual({ ok: true });
  expect(await world.slack.react({ user: "kim", channel: "general", ts, name: "eyes" })).toEqual({
    ok: false,
    error: "already_reacted",
  });
  expect(messages(world, "general")).toMatchObject([
    { user: "U07CASEYN06", text: "hello", reactions: [{ name: "eyes", users: ["U07KIMRAMN3"] }] },
    { user: "U07KIMRAMN3", thread_ts: ts },
  ]);
  expect(await world.slack.message({ user: "former", channel: "general", text: "boo" })).toMatchObject({
    ok: false,
    error: "account_inactive",
  });
});
