import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CARD_ACTIONS } from "../../shared/vocabulary.ts";
import { CardValue } from "../../slack-app/functions/card/card-value.ts";
import { FaultBoard } from "../sandbox/faults.ts";
import { startLocalSlack } from "../sandbox/slack/local-slack.ts";
import { SECRET, startFakeBridge } from "./support/fake-bridge.ts";
import { assembleItem, cardItem, draftView, formFacts, INCIDENT, OTHER_HASH } from "./support/samples.ts";

/** The app as its manifest, triggers and functions are, in a Slack that refuses what Slack refuses. */
async function startApp() {
  const bridge = await startFakeBridge();
  const logs: string[] = [];
  const slack = await startLocalSlack({
    root: fileURLToPath(new URL("../../", import.meta.url)),
    env: { BRIDGE_BASE_URL: bridge.url, BRIDGE_SHARED_SECRET: SECRET, DRAIN_BUDGET_MS: "1500" },
    faults: new FaultBoard(),
    companion: { commandsUrl: () => "", interactionsUrl: () => "", signingSecret: "s", botToken: "xoxb-companion" },
    log: (line) => logs.push(line),
  });
  const until = <T>(probe: () => T | undefined | false): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never happened: ${probe}; log: ${logs.join(" | ")}`)), 15_000);
      const stop = slack.onChange(ask);
      function ask() {
        const value = probe();
        if (value === undefined || value === false) return;
        clearTimeout(timer);
        stop();
        resolve(value);
      }
      ask();
    });
  return {
    bridge,
    slack,
    logs,
    until,
    room: () => slack.snapshot().channels.find(({ name }) => name === "inc-1121-payments-k9zp"),
    ring: () => fetch(slack.triggers.doorbell, { method: "POST", body: JSON.stringify({ reason: "work" }) }),
    async [Symbol.asyncDispose]() {
      await slack.stop();
      await bridge.close();
    },
  };
}

const ofKind = (room: ReturnType<Awaited<ReturnType<typeof startApp>>["room"]>, kind: string) =>
  room?.messages.filter(({ metadata }) => metadata?.event_type === kind) ?? [];

/** Controls as the bridge sends them: the URLs of this workspace's own triggers. */
const control = (label: string, url: string | undefined) => ({
  label,
  url: url ?? "",
  inputs: { incident_id: INCIDENT },
});

test("a doorbell opens the room, its buttons open forms, and a card is edited and approved", async () => {
  await using app = await startApp();
  const { bridge, slack, until, room, ring } = app;
  const links = slack.triggers.links;

  // The room.
  const item = assembleItem();
  item.context.controls = [
    control("Take command", links.take_command),
    control("Customer update", links.draft_status_update),
    control("Not an incident", links.resolve_incident),
  ];
  bridge.batches.push([item]);
  expect((await ring()).status).toBe(200);
  const checklist = await until(() => ofKind(room(), "incident_checklist")[0]);
  await until(() => room()?.pins.includes(checklist.ts));
  expect(room()).toMatchObject({ is_private: true, topic: "SEV1 payments" });
  expect(room()?.members).toEqual(expect.arrayContaining(["U07ALEXLIN1", "U07SAMWIER2"]));
  expect(room()?.bookmarks).toHaveLength(2);
  await until(() => slack.snapshot().executions.every(({ status }) => status === "completed"));

  // A form from a workflow button.
  const channel = room()?.id ?? "";
  bridge.state.query = () => ({ ok: true, form: formFacts({ channel }) });
  const context = ofKind(room(), "incident_context")[0];
  const pressed = await slack.click({ user: "sam", channel, ts: context?.ts ?? "", action_id: "open_take_command" });
  expect(pressed).toMatchObject({ ok: true, view_id: expect.any(String) });
  const taken = await slack.submit({
    user: "sam",
    view_id: "view_id" in pressed ? String(pressed.view_id) : "",
    values: {},
  });
  expect(taken).toMatchObject({ ok: true, response_action: "update" });
  expect(bridge.commands).toMatchObject([
    { type: "TakeCommand", incidentId: INCIDENT, actor: { userId: "U07SAMWIER2", teamId: "T07KESTREL1" } },
  ]);

  // A form with fields, filled in by label.
  const update = await slack.click({ user: "sam", channel, ts: context?.ts ?? "", action_id: "open_customer_update" });
  const requested = await slack.submit({
    user: "sam",
    view_id: "view_id" in update ? String(update.view_id) : "",
    values: { status: "identified", impact: "Cards fail", components: ["k7m2x9q4wtzn"], notify_subscribers: ["yes"] },
  });
  expect(requested).toMatchObject({ ok: true });
  expect(bridge.commands[1]).toMatchObject({
    type: "RequestStatusUpdate",
    status: "identified",
    components: [{ id: "k7m2x9q4wtzn", status: "partial_outage" }],
    notifySubscribers: true,
  });

  // The card.
  bridge.batches.push([
    cardItem({ channel, draft: draftView({ controls: [control("Open current card", links.review_status_update)] }) }),
  ]);
  await ring();
  const card = await until(() => ofKind(room(), "approval_card")[0]);
  await until(() => slack.snapshot().executions.some(({ status }) => status === "open"));

  // An edit, by somebody who is in the room.
  const user = "alex";
  bridge.state.query = () => ({ ok: true, form: formFacts({ channel, draft: draftView() }) });
  const editing = await slack.click({ user, channel, ts: card.ts, action_id: "edit_draft" });
  expect(editing).toMatchObject({ ok: true, view_id: expect.any(String) });
  bridge.state.command = (command) =>
    command.type === "ReviseDraft"
      ? { ok: true, message: "Saved.", draft: draftView({ version: 3, contentHash: OTHER_HASH, body: command.body }) }
      : { ok: true, message: "Noted." };
  const saved = await slack.submit({
    user,
    view_id: "view_id" in editing ? String(editing.view_id) : "",
    values: { title: "Card payments failing", "Text customers will read": "Paid shipments are not affected." },
  });
  expect(saved).toMatchObject({ ok: true, response_action: "clear" });
  const shown = () => ofKind(room(), "approval_card")[0];
  expect(JSON.stringify(shown()?.blocks)).toContain("Paid shipments are not affected.");

  // The approval.
  bridge.state.command = () => ({
    ok: true,
    message: "Approved.",
    draft: draftView({
      version: 3,
      contentHash: OTHER_HASH,
      state: "APPROVED",
      standing: "Publishing now",
      actions: [],
    }),
  });
  expect(await slack.click({ user, channel, ts: card.ts, action_id: "approve_publish" })).toMatchObject({ ok: true });
  expect(bridge.commands.at(-1)).toMatchObject({
    type: "ApproveDraft",
    version: 3,
    hash16: OTHER_HASH.slice(0, 16),
    channel,
    ts: card.ts,
    actor: { userId: "U07ALEXLIN1" },
  });
  expect(JSON.stringify(shown()?.blocks)).toContain("Publishing now");
  expect(shown()?.metadata).toMatchObject({ event_payload: { effect_id: cardItem().effectId, version: 3 } });
  expect(slack.snapshot().datastores.approval_cards).toHaveLength(2);

  // The outcome, painted by another execution, which completes the one that served the buttons.
  const open = slack.snapshot().executions.find(({ status }) => status === "open");
  bridge.batches.push([
    {
      kind: "repaint-card",
      effectId: `${INCIDENT}:repaint:x:1:y`,
      incidentId: INCIDENT,
      attempt: 1,
      channel,
      ts: card.ts,
      draft: draftView({ version: 3, contentHash: OTHER_HASH, state: "PUBLISHED", standing: "Published", actions: [] }),
      completeExecution: open?.id ?? "",
    },
  ]);
  await ring();
  await until(() => JSON.stringify(shown()?.blocks).includes("Published"));
  await until(() => slack.snapshot().executions.every(({ status }) => status === "completed"));
  expect(bridge.reports.at(-1)?.report.result).toBe("repainted");
});

test("a card that needs two people, ticks, and a look at the page takes all its buttons", async () => {
  await using app = await startApp();
  const { bridge, slack, until, ring } = app;
  const channel = "C07INCIDENT";
  const findings = [
    { id: "f-host", text: "db-7.internal.example.com" },
    { id: "f-mail", text: "ops@example.com" },
  ];
  const draft = draftView({ actions: [...CARD_ACTIONS], findings, approvalsNeeded: 2, controls: [] });
  bridge.batches.push([cardItem({ channel, draft })]);
  await ring();
  const shown = () =>
    slack
      .snapshot()
      .channels.find(({ id }) => id === channel)
      ?.messages.find(({ metadata }) => metadata?.event_type === "approval_card");
  const { ts } = await until(shown);
  await until(() => slack.snapshot().executions.some(({ status }) => status === "open"));
  const click = (action_id: string, more: { value?: string; confirm?: boolean } = {}) =>
    slack.click({ user: "riley", channel, ts, action_id, ...more });

  // The tick of one finding among several buttons with the same action id.
  bridge.state.command = () => ({
    ok: true,
    message: "Ticked.",
    draft: { ...draft, findings: findings.map((one) => ({ ...one, acknowledgedBy: "U07RILEYQ4" })) },
  });
  expect(await click("acknowledge_finding", { value: CardValue.write(draft, "f-mail") })).toMatchObject({ ok: true });
  expect(bridge.commands).toMatchObject([
    { type: "AcknowledgeFinding", findingId: "f-mail", actor: { userId: "U07RILEYQ4", teamId: "T07KESTREL1" } },
  ]);
  expect(JSON.stringify(shown()?.blocks)).toContain("seen by <@U07RILEYQ4>");
  expect(JSON.stringify(shown()?.blocks)).not.toContain("acknowledge_finding");

  // Backing out of the question sends nothing.
  expect(await click("give_up_publish", { confirm: false })).toMatchObject({ sent: false });
  expect(bridge.commands).toHaveLength(1);

  bridge.state.command = () => ({ ok: true, message: "Done.", draft });
  for (const [action_id, type] of [
    ["approve_publish", "ApproveDraft"],
    ["revoke_approval", "RevokeApproval"],
    ["ask_approver", "AskApprover"],
    ["give_up_publish", "GiveUpPublish"],
  ] as const) {
    expect(await click(action_id), action_id).toMatchObject({ ok: true });
    expect(bridge.commands.at(-1)).toMatchObject({ type, version: 2, channel, ts });
  }

  for (const [action_id, values, command] of [
    ["break_glass", { reason: "The others sleep" }, { type: "UseBreakGlass", reason: "The others sleep" }],
    [
      "attest_published",
      { link: "https://status.example.com/incidents/p31", text: "Cards fail." },
      { type: "AttestPublished", link: "https://status.example.com/incidents/p31", text: "Cards fail." },
    ],
  ] as const) {
    const opened = await click(action_id);
    expect(opened, action_id).toMatchObject({ ok: true, view_id: expect.any(String) });
    const view_id = "view_id" in opened ? String(opened.view_id) : "";
    expect(await slack.submit({ user: "riley", view_id, values })).toMatchObject({
      ok: true,
      response_action: "clear",
    });
    expect(bridge.commands.at(-1)).toMatchObject({ ...command, channel, ts, actor: { userId: "U07RILEYQ4" } });
  }
});

test("every scheduled sweep drains, and every link opens something for a person", async () => {
  await using app = await startApp();
  const { bridge, slack } = app;
  bridge.state.query = (query) =>
    query.type === "Catalog"
      ? { ok: true, catalog: { services: ["payments"], severities: ["SEV1", "SEV2"] } }
      : { ok: false, refusal: "not-a-war-room", message: "This channel is no war room." };
  expect(await slack.fire({ trigger: "sweep_15" })).toMatchObject({ ok: true });
  await app.until(() => bridge.claims.some(({ reason }) => reason === "sweep"));
  // The button of a suggestion opens nothing: it does what a reaction does.
  for (const trigger of Object.keys(slack.triggers.links).filter((name) => name !== "add_to_record")) {
    const opened = await slack.run({ user: "sam", trigger, channel: "incidents" });
    expect(opened, trigger).toMatchObject({ ok: true, view_id: expect.any(String) });
    const view = slack.snapshot().views.find(({ id }) => "view_id" in opened && id === opened.view_id);
    const declares = trigger === "declare_incident";
    expect(JSON.stringify(view?.blocks), trigger).toContain(
      declares ? "private war room" : "This channel is no war room.",
    );
    expect(await slack.close({ user: "sam", view_id: view?.id ?? "" })).toMatchObject({ ok: true });
  }
  await app.until(() => slack.snapshot().executions.every(({ status }) => status === "completed"));
});
