import { describe, expect, test } from "vitest";
import { ROOM_STEPS } from "../../../shared/contracts/outbox.ts";
import drainOutbox from "../../../slack-app/functions/drain_outbox/mod.ts";
import { OUR_BOT } from "../support/fake-slack.ts";
import { stage } from "../support/hosted.ts";
import { assembleItem, INCIDENT } from "../support/samples.ts";

const ROOM_ID = "C0MADE1";
const EFFECT = assembleItem().effectId;

describe.concurrent("opening a war room", () => {
  test("people are in after claim, create and one invitation, and every step is reported", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.batches.push([assembleItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });

    expect(slack.callsOf("conversations.create")).toEqual([{ name: "inc-1121-payments-k9zp", is_private: "true" }]);
    // Only the creation stands before the invitation; purpose, topic and bookmarks go out beside it.
    const beside = ["conversations.setPurpose", "conversations.setTopic", "bookmarks.add"];
    const before = slack.methods().slice(0, slack.methods().indexOf("conversations.invite"));
    expect(before.filter((method) => !beside.includes(method))).toEqual(["conversations.create"]);
    expect(slack.callsOf("conversations.invite")).toEqual([
      { channel: ROOM_ID, users: "U07ALEXLIN1,U07SAMWIER2", force: "true" },
    ]);
    // A mention of somebody who is not in yet would notify nobody.
    const methods = slack.methods();
    expect(methods.indexOf("chat.postMessage")).toBeGreaterThan(methods.indexOf("conversations.invite"));

    const reports = bridge.reportsOf(EFFECT);
    expect(reports[0]).toMatchObject({ step: "create", ok: true, channel: ROOM_ID, name: "inc-1121-payments-k9zp" });
    expect(reports.map((report) => report.result === "room-step" && report.step).sort()).toEqual(
      [...ROOM_STEPS].sort(),
    );
    for (const report of reports) expect(report).toMatchObject({ result: "room-step", ok: true, channel: ROOM_ID });

    const [context, checklist] = slack.messages;
    expect(context?.args.metadata).toMatchObject({
      event_type: "incident_context",
      event_payload: { incident_id: INCIDENT, effect_id: EFFECT },
    });
    expect(checklist?.args.metadata).toMatchObject({ event_type: "incident_checklist" });
    expect(slack.callsOf("pins.add")).toEqual([{ channel: ROOM_ID, timestamp: checklist?.ts }]);
    expect(slack.bookmarks.map(({ title }) => title)).toEqual(["Alert group", "Runbook"]);
    expect(slack.rows.war_rooms).toEqual([
      {
        incident_id: INCIDENT,
        channel_id: ROOM_ID,
        name: "inc-1121-payments-k9zp",
        context_ts: context?.ts,
        checklist_ts: checklist?.ts,
      },
    ]);
    expect(slack.faults).toEqual([]);
  });

  test("told to stop it posts nothing more: another execution is at work on the room", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.batches.push([assembleItem()]);
    bridge.state.next = (report) => (report.result === "room-step" && report.step === "invite" ? "stop" : "continue");
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
    expect(slack.callsOf("conversations.invite")).toHaveLength(1);
    expect(slack.callsOf("chat.postMessage")).toEqual([]);
    expect(bridge.reportsOf(EFFECT).filter(({ result }) => result === "failed")).toEqual([]);
  });

  test("a room of that name that our bot made is ours: it is adopted and finished", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.channels.push({ id: "C0OURS1", name: "inc-1121-payments-k9zp", creator: OUR_BOT });
    bridge.batches.push([assembleItem({ attempt: 2 })]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    expect(slack.channels).toHaveLength(1);
    expect(bridge.reportsOf(EFFECT)[0]).toMatchObject({ step: "create", channel: "C0OURS1" });
  });

  test("a room of that name that somebody else made is left alone", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.channels.push({ id: "C0THEIRS", name: "inc-1121-payments-k9zp", creator: "U07CASEYN06" });
    bridge.batches.push([assembleItem()]);
    await run(drainOutbox);
    expect(bridge.reportsOf(EFFECT)[0]).toMatchObject({ channel: ROOM_ID, name: "inc-1121-payments-k9zp-2" });
    expect(slack.calls.filter(({ args }) => args.channel === "C0THEIRS")).toEqual([]);
  });

  test("who could not be invited is named with Slack's error, and the others are in", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const errors = [
      { user: "U07SAMWIER2", ok: false, error: "user_not_found" },
      { user: "U07ALEXLIN1", ok: false, error: "already_in_channel" },
    ];
    slack.next("conversations.invite", slack.refuse("user_not_found", { errors }));
    bridge.batches.push([assembleItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    const invite = bridge.reportsOf(EFFECT).find((report) => report.result === "room-step" && report.step === "invite");
    expect(invite).toMatchObject({ ok: true, notInvited: [{ userId: "U07SAMWIER2", error: "user_not_found" }] });
  });

  test("an invitation that nobody could take is a failed step, and the room is furnished all the same", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("conversations.invite", slack.refuse("not_in_channel"));
    bridge.batches.push([assembleItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
    const invite = bridge.reportsOf(EFFECT).find((report) => report.result === "room-step" && report.step === "invite");
    expect(invite).toMatchObject({ ok: false, error: "not_in_channel" });
    expect(bridge.reportsOf(EFFECT).at(-1)).toMatchObject({ result: "failed", error: "invite refused" });
    expect(slack.messages).toHaveLength(2);
  });

  test("steps already done are not repeated, nor are messages and bookmarks that stand", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.batches.push([assembleItem()]);
    await run(drainOutbox);
    const before = slack.calls.length;
    bridge.batches.push([
      assembleItem({ attempt: 2, channel: ROOM_ID, done: ["create", "invite", "purpose", "topic"] }),
    ]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    const repeated = slack.methods().slice(before);
    expect(repeated).not.toContain("conversations.create");
    expect(repeated).not.toContain("conversations.invite");
    expect(repeated).not.toContain("chat.postMessage");
    expect(slack.messages).toHaveLength(2);
    expect(slack.bookmarks).toHaveLength(2);
  });

  test("a step Slack is too busy for is not reported as refused: the effect is handed back with the time to wait", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("conversations.setTopic", slack.rateLimit(45));
    bridge.batches.push([assembleItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
    const reports = bridge.reportsOf(EFFECT);
    expect(reports.filter((report) => report.result === "room-step" && report.step === "topic")).toEqual([]);
    expect(reports.at(-1)).toMatchObject({ result: "failed", error: "ratelimited", retryAfterMs: 45_000 });
  });

  test("a pin that fails leaves the checklist posted and says so", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("pins.add", slack.refuse("missing_scope", { needed: "pins:write" }));
    bridge.batches.push([assembleItem()]);
    await run(drainOutbox);
    const step = bridge
      .reportsOf(EFFECT)
      .find((report) => report.result === "room-step" && report.step === "checklist");
    expect(step).toMatchObject({ ok: true, error: "not pinned: missing_scope (needs pins:write)" });
  });

  test("a channel that cannot be made fails the effect and nothing else is tried", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("conversations.create", slack.refuse("restricted_action"));
    bridge.batches.push([assembleItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
    expect(slack.methods()).toEqual(["conversations.create"]);
    expect(bridge.reportsOf(EFFECT)).toMatchObject([{ result: "failed", error: "restricted_action" }]);
  });
});
