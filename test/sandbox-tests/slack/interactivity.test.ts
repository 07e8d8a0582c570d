import { expect, test } from "vitest";
import { startTestSlack, type TestSlack } from "./start-test-slack.ts";

const incidents = ({ slack }: TestSlack) =>
  slack.snapshot().channels.find((one) => one.name === "incidents")?.messages ?? [];
const executions = ({ slack }: TestSlack) => slack.snapshot().executions;

/** Posts an approval card whose execution stays open. */
async function withCard(world: TestSlack) {
  await world.ring({ reason: "card" });
  const execution = await world.until(() => executions(world).find((one) => one.status === "open"));
  const card = incidents(world).at(-1);
  return { execution, ts: card?.ts ?? "", channel: "incidents" };
}

test("a click reaches the execution that posted the card, which repaints it and completes", async () => {
  await using world = await startTestSlack();
  const { ts, channel, execution } = await withCard(world);
  expect(incidents(world).at(-1)?.metadata).toEqual({
    event_type: "approval_card",
    event_payload: { effect_id: "e1" },
  });
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "approve" })).toMatchObject({
    ok: true,
    sent: true,
  });
  expect(incidents(world).at(-1)).toMatchObject({
    ts,
    text: "Approved by U07JORDANO5 with v1",
    blocks: [],
    edited: true,
  });
  expect(executions(world).find((one) => one.id === execution.id)).toMatchObject({
    status: "completed",
    outputs: { done: "approved" },
  });
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "approve" })).toMatchObject({
    ok: false,
    error: "action_not_found",
  });
});

test("who backs out of the confirm dialog sends nothing", async () => {
  await using world = await startTestSlack();
  const { ts, channel } = await withCard(world);
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "approve", confirm: false })).toEqual({
    ok: true,
    sent: false,
  });
  expect(incidents(world).at(-1)?.text).toBe("Approval needed");
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "edit", confirm: false })).toMatchObject({
    ok: false,
    error: "no_confirm_dialog",
  });
});

test("buttons are dead once their execution has ended, whoever ended it", async () => {
  await using world = await startTestSlack();
  const { ts, channel, execution } = await withCard(world);
  world.bridge.answers["/which-execution"] = () => execution.id;
  await world.ring({ reason: "close-other" });
  await world.until(() => executions(world).find((one) => one.outputs.done === "true"));
  expect(executions(world).find((one) => one.id === execution.id)?.outputs).toEqual({ done: "closed by another" });
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "approve" })).toMatchObject({
    ok: false,
    error: "execution_closed",
  });
});

test("buttons painted by another execution than the one that posted the card are dead until it paints again", async () => {
  await using world = await startTestSlack();
  const { ts, channel } = await withCard(world);
  const state = world.slack.dump() as { executions: { token: string }[] };
  const owner = state.executions.at(-1)?.token ?? "";
  const other = await world.hostedToken();
  const blocks = incidents(world).find((one) => one.ts === ts)?.blocks;
  await world.api("chat.update", { channel: "C07INCIDENT", ts, text: "repainted", blocks }, other);
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "approve" })).toMatchObject({
    ok: false,
    error: "execution_closed",
  });
  await world.api("chat.update", { channel: "C07INCIDENT", ts, text: "mine again", blocks }, owner);
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "approve" })).toMatchObject({ ok: true });
});

test("a modal opened by a click validates as Slack's client does, shows the handler's errors, then closes", async () => {
  await using world = await startTestSlack();
  const { ts, channel } = await withCard(world);
  const clicked = await world.slack.click({ user: "riley", channel, ts, action_id: "edit" });
  expect(clicked).toMatchObject({ ok: true, view_id: expect.any(String) });
  const view_id = clicked.ok ? (clicked.view_id ?? "") : "";
  const submit = (values: Record<string, unknown>, user = "riley") => world.slack.submit({ user, view_id, values });

  expect(await submit({ body: "x" }, "sam")).toMatchObject({ ok: false, error: "view_not_found" });
  expect(await submit({})).toEqual({ ok: false, error: "validation", errors: { body: "This field is required." } });
  expect(await submit({ body: "x".repeat(101) })).toMatchObject({
    ok: false,
    errors: { body: expect.stringContaining("100") },
  });
  expect(await submit({ subject: "x" })).toMatchObject({
    ok: false,
    error: "validation",
    errors: { subject: expect.any(String) },
  });
  expect(await submit({ body_input: "a secret" })).toEqual({
    ok: false,
    error: "validation",
    errors: { body: "Customers must not read this." },
  });
  expect(world.slack.snapshot().views[0]?.state.values.body?.body_input).toMatchObject({ value: "a secret" });
  expect(await submit({ "Text customers will read": "We are on it." })).toEqual({ ok: true, response_action: "close" });
  expect(incidents(world).at(-1)?.text).toBe("We are on it.");
  expect(world.slack.snapshot().views).toEqual([]);
});

test("closing a modal that asked to be told tells its function", async () => {
  await using world = await startTestSlack();
  const { ts, channel } = await withCard(world);
  const clicked = await world.slack.click({ user: "riley", channel, ts, action_id: "edit" });
  const view_id = clicked.ok ? (clicked.view_id ?? "") : "";
  expect(await world.slack.close({ user: "riley", view_id })).toEqual({ ok: true });
  expect(incidents(world).at(-1)?.text).toBe("closed by U07RILEYQ4");
  expect(world.slack.snapshot().views).toEqual([]);
});

test("a handler that throws or dawdles fails the execution", async () => {
  await using world = await startTestSlack({ limits: { handlerMs: 200 } });
  const exploding = await withCard(world);
  expect(await world.slack.click({ user: "jordan", ...pick(exploding), action_id: "explode" })).toMatchObject({
    ok: false,
    error: "handler_failed",
    detail: "Error: kaboom",
  });
  expect(executions(world).find((one) => one.id === exploding.execution.id)).toMatchObject({
    status: "failed",
    error: "Error: kaboom",
  });
  const dawdling = await withCard(world);
  expect(await world.slack.click({ user: "jordan", ...pick(dawdling), action_id: "dawdle" })).toMatchObject({
    ok: false,
    error: "operation_timeout",
  });
  expect(executions(world).find((one) => one.id === dawdling.execution.id)?.status).toBe("failed");
});

const pick = ({ ts, channel }: { ts: string; channel: string }) => ({ ts, channel });

test("an action id that no handler matches fails silently, as on the platform, and is logged", async () => {
  await using world = await startTestSlack();
  const { ts, channel, execution } = await withCard(world);
  expect(await world.slack.click({ user: "jordan", channel, ts, action_id: "renamed" })).toMatchObject({ ok: true });
  expect(executions(world).find((one) => one.id === execution.id)?.status).toBe("open");
  expect(world.logs.join()).toMatch(/work: Received block action payload/);
});

test("a modal can be updated, stacked and cleared by the answer to its submission", async () => {
  await using world = await startTestSlack();
  const run = await world.slack.run({ user: "alex", trigger: "ask" });
  const root = run.ok ? (run.view_id ?? "") : "";
  const submit = (view_id: string, title: string) =>
    world.slack.submit({ user: "alex", view_id, values: { title, severity: "SEV1" } });
  expect(await submit(root, "again")).toEqual({ ok: true, response_action: "update", view_id: root });
  expect(world.slack.snapshot().views).toMatchObject([{ id: root, title: "Ask again" }]);

  const pushed = await submit(root, "more");
  const second = pushed.ok ? (pushed.view_id ?? "") : "";
  expect(world.slack.snapshot().views).toMatchObject([{ id: root }, { id: second, previous_view_id: root }]);
  expect(await submit(root, "more")).toMatchObject({ ok: false, error: "view_not_on_top" });
  const third = await submit(second, "more");
  expect(third).toMatchObject({ ok: true, response_action: "push" });
  const top = third.ok ? (third.view_id ?? "") : "";
  expect(await submit(top, "more")).toMatchObject({ ok: false, error: "push_limit_reached" });
  expect(await world.slack.close({ user: "alex", view_id: top })).toEqual({ ok: true, view_id: second });
  expect(await submit(second, "clear")).toEqual({ ok: true, response_action: "clear" });
  expect(world.slack.snapshot().views).toEqual([]);
});

test("a click is delivered whoever it comes from: who may act is the app's to decide", async () => {
  await using world = await startTestSlack();
  const act = async (user: string) => {
    const { ts, channel } = await withCard(world);
    return world.slack.click({ user, channel, ts, action_id: "approve" });
  };
  for (const user of ["guest", "former", "robot", "outsider"]) {
    expect(await act(user)).toMatchObject({ ok: true, sent: true });
  }
  expect(await act("nobody")).toEqual({ ok: false, error: "user_not_found" });
});
