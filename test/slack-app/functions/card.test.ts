import { describe, expect, test } from "vitest";
import type { DraftView } from "../../../shared/contracts/views.ts";
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
