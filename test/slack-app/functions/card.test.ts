import { describe, expect, test } from "vitest";
import type { DraftView } from "../../../shared/contracts/views.ts";
import { CARD_ACTIONS } from "../../../shared/vocabulary.ts";
import drainOutbox from "../../../slack-app/functions/drain_outbox/mod.ts";
import reviewStatusUpdate from "../../../slack-app/functions/review_status_update/mod.ts";
import sweep from "../../../slack-app/functions/sweep/mod.ts";
import { EXECUTION, RILEY, type Stage, stage } from "../support/hosted.ts";
import { cardItem, DRAFT, draftView, formFacts, HASH, INCIDENT, OTHER_HASH, ROOM } from "../support/samples.ts";

const ACTOR = { userId: RILEY.id, teamId: RILEY.team_id };

/** The card as the drain posted it. */
async function posted(set: Stage, draft: DraftView = draftView()) {
  set.bridge.batches.push([cardItem({ draft })]);
  await set.run(drainOutbox);
  const [message] = set.slack.messages;
  if (!message) throw new Error("no card was posted");
  const button = (actionId: string): { action_id: string; value: string } => {
    const blocks = message.args.blocks as { elements?: { action_id: string; value: string }[] }[];
    const found = blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === actionId);
    if (!found) throw new Error(`the card has no button ${actionId}`);
    return found;
  };
  return { message, ts: message.ts, button, shows: () => JSON.stringify(message.args.blocks) };
}

describe.concurrent("the approval card", () => {
  test("shows the text whole, to the letter, in one block", async () => {
    await using set = await stage();
    const draft = draftView({ body: `${"w".repeat(2_899)}.` });
    const { message } = await posted(set, draft);
    const blocks = message.args.blocks as { block_id?: string; text?: unknown }[];
    expect(blocks.filter(({ block_id }) => block_id === "draft_text").map(({ text }) => text)).toEqual([
      { type: "plain_text", text: draft.body, emoji: false },
    ]);
    expect(set.slack.faults).toEqual([]);
  });

  test("an approval carries what the card showed and who clicked, and the card is repainted by its own execution", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set);
    bridge.state.command = () => ({
      ok: true,
      message: "Approved.",
      draft: draftView({ state: "APPROVED", standing: "Approved; publishing now", actions: [] }),
    });
    await click(drainOutbox, card.button("approve_publish"), card.ts);
    expect(bridge.commands).toEqual([
      {
        type: "ApproveDraft",
        commandId: `${EXECUTION}:approve_publish:1795253160.730155`,
        actor: ACTOR,
        incidentId: INCIDENT,
        draftId: DRAFT,
        version: 2,
        hash16: HASH.slice(0, 16),
        channel: ROOM,
        ts: card.ts,
      },
    ]);
    expect(card.shows()).toContain("Approved; publishing now");
    expect(card.shows()).not.toContain("approve_publish");
    expect(slack.callsOf("chat.postEphemeral")).toEqual([]);
    // The outcome is still to come; the click does not end the execution.
    expect(slack.callsOf("functions.completeSuccess")).toEqual([]);
  });

  test("shows each component as the page has it and as it would be, and whether others wrote on the page", async () => {
    await using set = await stage();
    const draft = draftView({
      op: "update",
      components: [
        { id: "k7m2x9q4wtzn", name: "Payments API", from: "operational", to: "partial_outage" },
        { id: "c4h9r2t7xwqk", name: "Checkout", to: "major_outage" },
      ],
      previousByHand: "https://status.example.com/i/1",
    });
    const card = await posted(set, draft);
    expect(card.shows()).toContain("*Component* Payments API: operational → partial outage");
    expect(card.shows()).toContain("*Component* Checkout → major outage");
    expect(card.shows()).toContain("changed by hand on the page; read it there: https://status.example.com/i/1");
  });

  test("the confirmation names what happens", async () => {
    await using set = await stage();
    const card = await posted(set);
    expect(card.button("approve_publish")).toMatchObject({ confirm: { title: { text: "Publish to customers?" } } });
  });

  test("a refused click is told to the person who clicked and to nobody else", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set);
    bridge.state.command = () => ({ ok: false, refusal: "not-an-approver", message: "You may not approve <this>." });
    await click(drainOutbox, card.button("approve_publish"), card.ts);
    expect(slack.callsOf("chat.postEphemeral")).toMatchObject([
      { channel: ROOM, user: RILEY.id, text: "You may not approve &lt;this&gt;." },
    ]);
    expect(card.shows()).toContain("approve_publish");
  });

  test("a click on an old version brings the newer one onto the card and reports it as shown", async () => {
    await using set = await stage();
    const { bridge, click } = set;
    const card = await posted(set);
    const newer = draftView({ version: 3, contentHash: OTHER_HASH });
    bridge.state.command = (command) =>
      command.type === "ApproveDraft"
        ? { ok: false, refusal: "stale", message: "Version 3 exists.", draft: newer }
        : { ok: true, message: "Shown." };
    await click(drainOutbox, card.button("approve_publish"), card.ts);
    expect(card.button("approve_publish").value).toContain('"version":3');
    expect(bridge.commands[1]).toMatchObject({
      type: "ReportDraftShown",
      version: 3,
      contentHash: OTHER_HASH,
      channel: ROOM,
      ts: card.ts,
      executionId: EXECUTION,
    });
  });

  test("with the bridge away the person learns that nothing was recorded, and the card stays as it is", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set);
    const before = card.shows();
    bridge.state.up = false;
    await click(drainOutbox, card.button("approve_publish"), card.ts);
    expect(slack.callsOf("chat.postEphemeral")[0]?.text).toContain("Nothing was recorded");
    expect(card.shows()).toBe(before);
  });

  test("approving again after a failed publish is an approval of the same version", async () => {
    await using set = await stage();
    const { bridge, click } = set;
    const card = await posted(set, draftView({ state: "FAILED", actions: ["approve_again", "give_up_publish"] }));
    await click(drainOutbox, card.button("approve_again"), card.ts);
    expect(bridge.commands).toMatchObject([{ type: "ApproveDraft", version: 2 }]);
  });

  test("editing opens a loading view first, then the text as the bridge has it now", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set);
    const before = slack.calls.length;
    const newer = draftView({ version: 3, body: "Somebody saved this meanwhile." });
    bridge.state.query = () => ({ ok: true, form: formFacts({ draft: newer }) });
    await click(drainOutbox, card.button("edit_draft"), card.ts);
    expect(slack.methods().slice(before)).toEqual(["views.open", "views.update"]);
    const view = JSON.stringify(slack.callsOf("views.update")[0]?.view);
    expect(view).toContain("Somebody saved this meanwhile.");
    expect(view).toContain("Somebody saved version 3 meanwhile");
    expect(view).toContain('\\"base_version\\":3');
  });

  test("a draft that is closed cannot be edited, and the view says so", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set);
    bridge.state.query = () => ({ ok: true, form: formFacts() });
    await click(drainOutbox, card.button("edit_draft"), card.ts);
    const { view } = slack.callsOf("views.update")[0] ?? {};
    expect(JSON.stringify(view)).toContain("This draft is closed");
    expect(view).not.toHaveProperty("submit");
  });

  const edit = (ts: string, body: string) => ({
    callback_id: "edit_draft_modal",
    private_metadata: {
      incident_id: INCIDENT,
      draft_id: DRAFT,
      base_version: 2,
      hash16: HASH.slice(0, 16),
      channel_id: ROOM,
      message_ts: ts,
    },
    values: {
      title: { type: "plain_text_input", value: "Card payments failing" },
      body: { type: "plain_text_input", value: body },
    },
  });

  test("a saved edit is painted onto the same card and reported as shown", async () => {
    await using set = await stage();
    const { bridge, slack, submit } = set;
    const card = await posted(set);
    bridge.state.command = (command) => ({
      ok: true,
      message: "Saved.",
      ...(command.type === "ReviseDraft"
        ? { draft: draftView({ version: 3, contentHash: OTHER_HASH, body: command.body }) }
        : {}),
    });
    expect(await submit(drainOutbox, edit(card.ts, "Paid shipments are not affected."))).toEqual({
      response_action: "clear",
    });
    expect(bridge.commands).toMatchObject([
      { type: "ReviseDraft", actor: ACTOR, baseVersion: 2, body: "Paid shipments are not affected." },
      { type: "ReportDraftShown", actor: ACTOR, version: 3, contentHash: OTHER_HASH, ts: card.ts },
    ]);
    expect(card.shows()).toContain("Paid shipments are not affected.");
    expect(card.button("approve_publish").value).toContain('"version":3');
    expect(slack.messages).toHaveLength(1);
    expect(card.message.args.metadata).toMatchObject({ event_payload: { version: 3, content_hash: OTHER_HASH } });
  });

  test("an edit that is refused keeps the text in the form and says why beside it", async () => {
    await using set = await stage();
    const { bridge, submit } = set;
    const card = await posted(set);
    bridge.state.command = () => ({ ok: false, refusal: "version-conflict", message: "Sam saved version 3 first." });
    expect(await submit(drainOutbox, edit(card.ts, "mine"))).toEqual({
      response_action: "errors",
      errors: { body: "Sam saved version 3 first." },
    });
  });

  test("an edit while the bridge is away keeps the text in the form", async () => {
    await using set = await stage();
    const card = await posted(set);
    set.bridge.state.up = false;
    expect(await set.submit(drainOutbox, edit(card.ts, "mine"))).toMatchObject({
      response_action: "errors",
      errors: { body: expect.stringContaining("Nothing was recorded") },
    });
  });

  test("rejecting asks for a reason, and the card says what became of it", async () => {
    await using set = await stage();
    const { bridge, slack, click, submit } = set;
    const card = await posted(set);
    await click(drainOutbox, card.button("reject_draft"), card.ts);
    const opened = slack.callsOf("views.open")[0]?.view as { callback_id: string; private_metadata: string };
    expect(opened.callback_id).toBe("reject_draft_modal");
    bridge.state.command = () => ({
      ok: true,
      message: "Rejected.",
      draft: draftView({ state: "REJECTED", standing: "Rejected by riley", actions: [] }),
    });
    const answer = await submit(drainOutbox, {
      callback_id: "reject_draft_modal",
      private_metadata: JSON.parse(opened.private_metadata),
      values: { reason: { type: "plain_text_input", value: "Not true yet" } },
    });
    expect(answer).toEqual({ response_action: "clear" });
    expect(bridge.commands).toMatchObject([
      { type: "RejectDraft", actor: ACTOR, version: 2, hash16: HASH.slice(0, 16), reason: "Not true yet", ts: card.ts },
    ]);
    expect(card.shows()).toContain("Rejected by riley");
    expect(card.shows()).not.toContain('"type":"button"');
  });

  test("each function that can post a card serves the same buttons", async () => {
    await using set = await stage();
    const card = await posted(set);
    for (const hosted of [drainOutbox, sweep, reviewStatusUpdate]) {
      await set.click(hosted, card.button("approve_publish"), card.ts);
    }
    expect(set.bridge.commands).toHaveLength(3);
  });

  test("a repeated delivery of one click has the same command id, another click another", async () => {
    await using set = await stage();
    const card = await posted(set);
    const click = { ...card.button("approve_publish"), action_ts: "1795253161.000001" };
    await set.click(drainOutbox, card.button("approve_publish"), card.ts);
    await set.click(drainOutbox, card.button("approve_publish"), card.ts);
    await set.click(drainOutbox, click, card.ts);
    const [first, repeated, other] = set.bridge.commands.map(({ commandId }) => commandId);
    expect(repeated).toBe(first);
    expect(other).not.toBe(first);
  });
});

const FINDINGS = [
  { id: "f-host", text: "db-7.internal.example.com (a host name)" },
  { id: "f-mail", text: "ops@example.com (an e-mail address)" },
];

/** Every button that is one command, with what a draft must be like to show it. */
const ONE_COMMAND = [
  { actionId: "approve_publish", command: { type: "ApproveDraft" } },
  { actionId: "approve_again", command: { type: "ApproveDraft" } },
  { actionId: "revoke_approval", command: { type: "RevokeApproval" } },
  { actionId: "acknowledge_finding", command: { type: "AcknowledgeFinding", findingId: "f-host" } },
  { actionId: "ask_approver", command: { type: "AskApprover" } },
  { actionId: "give_up_publish", command: { type: "GiveUpPublish" } },
];
const everything = (change: Partial<DraftView> = {}) =>
  draftView({ actions: [...CARD_ACTIONS], findings: FINDINGS, ...change });

describe.concurrent.each(ONE_COMMAND)("the button $actionId", ({ actionId, command }) => {
  test("sends one command for what the card showed, and the answer is painted onto the card", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set, everything());
    bridge.state.command = () => ({ ok: true, message: "Done.", draft: everything({ standing: "As it stands now" }) });
    const before = slack.calls.length;
    await click(drainOutbox, card.button(actionId), card.ts);
    expect(bridge.commands).toEqual([
      {
        ...command,
        commandId: `${EXECUTION}:${actionId}:1795253160.730155`,
        actor: ACTOR,
        incidentId: INCIDENT,
        draftId: DRAFT,
        version: 2,
        hash16: HASH.slice(0, 16),
        channel: ROOM,
        ts: card.ts,
      },
    ]);
    expect(card.shows()).toContain("As it stands now");
    const asks = actionId === "ask_approver";
    expect(slack.methods().slice(before).sort()).toEqual([...(asks ? ["chat.postEphemeral"] : []), "chat.update"]);
    expect(bridge.queries).toEqual([]);
    expect(slack.faults).toEqual([]);
  });

  test("with the bridge away nothing was recorded, and the person who clicked is told", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set, everything());
    const before = card.shows();
    bridge.state.up = false;
    await click(drainOutbox, card.button(actionId), card.ts);
    expect(slack.callsOf("chat.postEphemeral")).toMatchObject([
      { channel: ROOM, user: RILEY.id, text: expect.stringContaining("Nothing was recorded") },
    ]);
    expect(card.shows()).toBe(before);
  });

  test("a stale click changes nothing but the card, which then shows the text as it is now", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const card = await posted(set, everything());
    bridge.state.command = (sent) =>
      sent.type === "ReportDraftShown"
        ? { ok: true, message: "Recorded." }
        : {
            ok: false,
            refusal: "stale-version",
            message: "This card shows an old version; <@U07SAMWIER2> saved another.",
            draft: everything({ version: 3, contentHash: OTHER_HASH, body: "The newer text." }),
          };
    await click(drainOutbox, card.button(actionId), card.ts);
    expect(slack.callsOf("chat.postEphemeral")).toMatchObject([
      { user: RILEY.id, text: "This card shows an old version; <@U07SAMWIER2> saved another." },
    ]);
    expect(card.shows()).toContain("The newer text.");
    expect(card.button(actionId).value).toContain('"version":3');
    expect(bridge.commands.map(({ type }) => type)).toEqual([command.type, "ReportDraftShown"]);
  });

  test("a card that was replaced by a newer one loses its buttons and keeps the way to the current card", async () => {
    await using set = await stage();
    const { bridge, click } = set;
    const card = await posted(set, everything());
    bridge.state.command = () => ({
      ok: false,
      refusal: "stale-message",
      message: "A newer card shows this draft.",
      draft: everything(),
    });
    await click(drainOutbox, card.button(actionId), card.ts);
    expect(card.shows()).not.toContain('"type":"button"');
    expect(card.shows()).toContain("open_open_current_card");
    expect(bridge.commands).toHaveLength(1);
  });
});

describe.concurrent("one person of two", () => {
  const needsTwo = {
    approvalsNeeded: 2,
    policyNote: "Two people must approve this text, and its author is none of them.",
  };

  test("the first approval leaves the card with its buttons and says who has approved", async () => {
    await using set = await stage();
    const { bridge, click } = set;
    const card = await posted(set, draftView(needsTwo));
    expect(card.button("approve_publish")).toMatchObject({
      text: { text: "Approve (1 of 2)" },
      confirm: { title: { text: "Approve this text?" } },
    });
    expect(card.shows()).toContain("*Approvals* 0 of 2");
    expect(card.shows()).toContain(needsTwo.policyNote);
    bridge.state.command = () => ({
      ok: true,
      message: "Approved; one more person must.",
      draft: draftView({
        ...needsTwo,
        state: "PARTIAL",
        standing: "Waits for one more person",
        approvals: [{ by: RILEY.id }],
        actions: ["approve_publish", "edit_draft", "reject_draft", "revoke_approval"],
      }),
    });
    await click(drainOutbox, card.button("approve_publish"), card.ts);
    expect(card.shows()).toContain(`*Approvals* 1 of 2: <@${RILEY.id}>`);
    expect(card.button("approve_publish")).toMatchObject({ text: { text: "Approve & Publish" } });
    expect(card.button("revoke_approval")).toBeDefined();
  });

  test("the last one turns the card to publishing, without buttons, whatever the bridge would allow", async () => {
    await using set = await stage();
    const { bridge, click } = set;
    const card = await posted(set, draftView({ ...needsTwo, state: "PARTIAL", approvals: [{ by: "U07JORDANO5" }] }));
    bridge.state.command = () => ({
      ok: true,
      message: "Approved.",
      draft: draftView({
        ...needsTwo,
        state: "APPROVED",
        approvals: [{ by: "U07JORDANO5" }, { by: RILEY.id }],
        actions: ["revoke_approval"],
        controls: [],
      }),
    });
    await click(drainOutbox, card.button("approve_publish"), card.ts);
    expect(card.shows()).toContain("publishing …");
    expect(card.shows()).toContain(`2 of 2: <@U07JORDANO5>, <@${RILEY.id}>`);
    expect(card.shows()).not.toContain('"type":"button"');
    // What was still to be known before the click no longer matters.
    expect(card.shows()).not.toContain(needsTwo.policyNote);
  });
});

describe.concurrent("what the scan found", () => {
  test("each finding has its own button until somebody has seen it, and then says who", async () => {
    await using set = await stage();
    const { bridge, slack, click } = set;
    const draft = draftView({ actions: ["acknowledge_finding", "edit_draft"], findings: FINDINGS });
    const card = await posted(set, draft);
    const buttons = () =>
      (card.message.args.blocks as { elements?: { action_id: string; value: string; text: { text: string } }[] }[])
        .flatMap(({ elements = [] }) => elements)
        .filter(({ action_id }) => action_id === "acknowledge_finding");
    expect(buttons().map(({ text }) => text.text)).toEqual(FINDINGS.map(({ text }) => `Seen: ${text}`));
    const [, second] = buttons();
    if (!second) throw new Error("the second finding has no button");
    bridge.state.command = () => ({
      ok: true,
      message: "Ticked.",
      draft: {
        ...draft,
        findings: FINDINGS.map((one) => (one.id === "f-mail" ? { ...one, acknowledgedBy: RILEY.id } : one)),
      },
    });
    await click(drainOutbox, second, card.ts);
    expect(bridge.commands).toMatchObject([{ type: "AcknowledgeFinding", findingId: "f-mail" }]);
    expect(buttons().map(({ value }) => JSON.parse(value).findingId)).toEqual(["f-host"]);
    expect(card.shows()).toContain(`ops@example.com (an e-mail address) (seen by <@${RILEY.id}>)`);
    expect(slack.faults).toEqual([]);
  });

  test("beyond ten the card asks for an edit instead of more ticks", async () => {
    await using set = await stage();
    const findings = Array.from({ length: 13 }, (_, index) => ({ id: `f${index}`, text: `host-${index}` }));
    const card = await posted(set, draftView({ actions: ["acknowledge_finding", "edit_draft"], findings }));
    expect(card.shows().match(/acknowledge_finding/g)).toHaveLength(10);
    expect(card.shows()).toContain("and 3 more: edit the text");
    expect(set.slack.faults).toEqual([]);
  });

  test("a text that must be edited out cannot be ticked away", async () => {
    await using set = await stage();
    const card = await posted(
      set,
      draftView({ actions: ["edit_draft"], blockers: ["an API key"], findings: FINDINGS }),
    );
    expect(card.shows()).toContain("Must be edited out:* an API key");
    expect(card.shows()).not.toContain("acknowledge_finding");
  });
});

test("whoever asks for an approver is told that it went out, and nobody else is", async () => {
  await using set = await stage();
  const { bridge, slack, click } = set;
  const card = await posted(set, draftView({ actions: ["ask_approver"] }));
  bridge.state.command = () => ({ ok: true, message: "The approvers were asked.", draft: draftView() });
  await click(drainOutbox, card.button("ask_approver"), card.ts);
  expect(slack.callsOf("chat.postEphemeral")).toMatchObject([
    { channel: ROOM, user: RILEY.id, text: "The approvers were asked." },
  ]);
  expect(slack.messages).toHaveLength(1);
});

test("giving up asks once more before anything is sent", async () => {
  await using set = await stage();
  const card = await posted(set, everything());
  expect(card.button("give_up_publish")).toMatchObject({
    confirm: { title: { text: "Give up publishing?" }, confirm: { text: "Give up" }, deny: { text: "Back" } },
  });
});

const typed = (value: string | null) => ({ type: "plain_text_input", value });

/** Every button that asks something first. */
const MODALS = [
  {
    actionId: "reject_draft",
    callbackId: "reject_draft_modal",
    values: { reason: typed("Not true yet") },
    command: { type: "RejectDraft", reason: "Not true yet" },
    refusalAt: "reason",
    empty: { reason: typed("   ") },
  },
  {
    actionId: "break_glass",
    callbackId: "break_glass_modal",
    values: { reason: typed("The others sleep; cards fail everywhere") },
    command: { type: "UseBreakGlass", reason: "The others sleep; cards fail everywhere" },
    refusalAt: "reason",
    empty: { reason: typed(null) },
  },
  {
    actionId: "attest_published",
    callbackId: "attest_published_modal",
    values: { link: typed(" https://status.example.com/incidents/p31 "), text: typed("Cards fail.\nWe are on it.") },
    command: {
      type: "AttestPublished",
      link: "https://status.example.com/incidents/p31",
      text: "Cards fail.\nWe are on it.",
    },
    refusalAt: "link",
    empty: { link: typed("https://status.example.com/incidents/p31"), text: typed(" ") },
  },
];

describe.concurrent.each(MODALS)("the modal $callbackId", (modal) => {
  /** The modal as it was opened from the card, ready to be filled in. */
  async function opened(set: Stage) {
    const card = await posted(set, everything());
    await set.click(drainOutbox, card.button(modal.actionId), card.ts);
    const [{ view } = { view: undefined }] = set.slack.callsOf("views.open");
    const { callback_id, private_metadata } = view as { callback_id: string; private_metadata: string };
    expect(callback_id).toBe(modal.callbackId);
    const submit = (values: Record<string, unknown>) =>
      set.submit(drainOutbox, { callback_id, private_metadata: JSON.parse(private_metadata), values });
    return { card, submit, view: view as { blocks: { block_id?: string; element?: { action_id: string } }[] } };
  }

  test("opens at once, without asking the bridge, with one input for each thing it needs", async () => {
    await using set = await stage();
    const { view } = await opened(set);
    const named = view.blocks.flatMap(({ block_id, element }) => (element ? [[block_id, element.action_id]] : []));
    expect(named).toEqual(Object.keys(modal.values).map((name) => [name, name]));
    expect(set.bridge.queries).toEqual([]);
    expect(set.bridge.commands).toEqual([]);
    expect(set.slack.faults).toEqual([]);
  });

  test("sends one command for the card it was opened from, by whoever submitted, and repaints that card", async () => {
    await using set = await stage();
    const { card, submit } = await opened(set);
    set.bridge.state.command = () => ({
      ok: true,
      message: "Done.",
      draft: everything({ standing: "As it stands now" }),
    });
    expect(await submit(modal.values)).toEqual({ response_action: "clear" });
    expect(set.bridge.commands).toEqual([
      {
        ...modal.command,
        commandId: expect.stringMatching(`^${EXECUTION}:V07OPENED01:[0-9a-f]{16}$`),
        actor: ACTOR,
        incidentId: INCIDENT,
        draftId: DRAFT,
        version: 2,
        hash16: HASH.slice(0, 16),
        channel: ROOM,
        ts: card.ts,
      },
    ]);
    expect(card.shows()).toContain("As it stands now");
  });

  test("what is missing is said beside the field, and nothing is sent", async () => {
    await using set = await stage();
    const { submit } = await opened(set);
    expect(await submit(modal.empty)).toMatchObject({ response_action: "errors" });
    expect(set.bridge.commands).toEqual([]);
  });

  test("a refusal stands beside the field and the card shows the text as it is now", async () => {
    await using set = await stage();
    const { card, submit } = await opened(set);
    set.bridge.state.command = () => ({
      ok: false,
      refusal: "not-an-approver",
      message: "Only the commander may.",
      draft: everything({ standing: "Decided by somebody else" }),
    });
    expect(await submit(modal.values)).toEqual({
      response_action: "errors",
      errors: { [modal.refusalAt]: "Only the commander may." },
    });
    expect(card.shows()).toContain("Decided by somebody else");
  });

  test("with the bridge away nothing was recorded and what was typed stays", async () => {
    await using set = await stage();
    const { card, submit } = await opened(set);
    const before = card.shows();
    set.bridge.state.up = false;
    expect(await submit(modal.values)).toMatchObject({
      response_action: "errors",
      errors: { [modal.refusalAt]: expect.stringContaining("Nothing was recorded") },
    });
    expect(card.shows()).toBe(before);
  });

  test("the same words sent again are the same command, other words another", async () => {
    await using set = await stage();
    const { submit } = await opened(set);
    const [field = ""] = Object.keys(modal.values).slice(-1);
    for (const values of [modal.values, modal.values, { ...modal.values, [field]: typed("Other words") }]) {
      await submit(values);
    }
    const [first, repeated, other] = set.bridge.commands.map(({ commandId }) => commandId);
    expect(repeated).toBe(first);
    expect(other).not.toBe(first);
  });
});

test.each(["status page", "javascript:alert(1)", "//status.example.com"])(
  "%s is no link to attest with",
  async (link) => {
    await using set = await stage();
    const card = await posted(set, everything());
    await set.click(drainOutbox, card.button("attest_published"), card.ts);
    const view = set.slack.callsOf("views.open")[0]?.view as { private_metadata: string };
    const answer = await set.submit(drainOutbox, {
      callback_id: "attest_published_modal",
      private_metadata: JSON.parse(view.private_metadata),
      values: { link: typed(link), text: typed("Cards fail.") },
    });
    expect(answer).toMatchObject({ errors: { link: expect.stringContaining("no web address") } });
    expect(set.bridge.commands).toEqual([]);
  },
);

test("whoever is about to edit reads first who may approve it then, and how to leave the words alone", async () => {
  await using set = await stage();
  const { bridge, slack, click } = set;
  const policyNote = "If you change this text, somebody else must approve it: <@U07JORDANO5>.";
  const draft = draftView({ policyNote });
  const card = await posted(set, draft);
  bridge.state.query = () => ({ ok: true, form: formFacts({ draft }) });
  await click(drainOutbox, card.button("edit_draft"), card.ts);
  const [updated] = slack.callsOf("views.update");
  const { blocks } = (updated?.view ?? { blocks: [] }) as { blocks: { text?: { text: string } }[] };
  expect(blocks[0]?.text?.text).toContain(policyNote);
  expect(blocks[0]?.text?.text).toContain("*Ask an approver*");
  expect(slack.faults).toEqual([]);
});

describe.concurrent("opening the current card", () => {
  const pressed = {
    interactivity: { interactivity_pointer: "pointer-1", interactor: { id: RILEY.id, secret: "s" } },
    channel_id: ROOM,
    incident_id: INCIDENT,
  };

  test("posts the waiting draft in the war room, reports it as shown, and stays open", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.state.query = () => ({ ok: true, form: formFacts({ draft: draftView() }) });
    expect(await run(reviewStatusUpdate, pressed)).toEqual({ completed: false });
    expect(slack.messages).toMatchObject([{ channel: ROOM }]);
    expect(bridge.commands).toMatchObject([
      { type: "ReportDraftShown", actor: ACTOR, version: 2, contentHash: HASH, ts: slack.messages[0]?.ts },
    ]);
  });

  test("says so when nothing waits, and ends", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.state.query = () => ({ ok: true, form: formFacts() });
    expect(await run(reviewStatusUpdate, pressed)).toEqual({ outputs: { done: 0, failed: 0 } });
    expect(JSON.stringify(slack.callsOf("views.open"))).toContain("No customer update waits");
    expect(slack.messages).toEqual([]);
  });
});
