import { describe, expect, test } from "vitest";
import drainOutbox from "../../../slack-app/functions/drain_outbox/mod.ts";
import sweep from "../../../slack-app/functions/sweep/mod.ts";
import { EXECUTION, stage } from "../support/hosted.ts";
import { cardItem, DRAFT, draftView, HASH, INCIDENT, noticeItem, ROOM } from "../support/samples.ts";

describe.concurrent("the drain", () => {
  test("asks under its own execution id, long-polling no longer than its budget", async () => {
    await using set = await stage();
    const { bridge, run } = set;
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 0 } });
    expect(bridge.claims[0]).toMatchObject({ executionId: EXECUTION, reason: "doorbell", limit: 5, cardPosted: false });
    for (const { waitMs } of bridge.claims) expect(waitMs).toBeLessThanOrEqual(300);
  });

  test("posts a message with its effect id as metadata and reports where it stands", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const item = noticeItem({ pin: true });
    bridge.batches.push([item]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    expect(slack.messages).toHaveLength(1);
    expect(slack.messages[0]?.args.metadata).toEqual({
      event_type: "notice",
      event_payload: { incident_id: INCIDENT, effect_id: item.effectId },
    });
    const ts = slack.messages[0]?.ts;
    expect(bridge.reportsOf(item.effectId)).toEqual([{ result: "painted", executionId: EXECUTION, channel: ROOM, ts }]);
    expect(slack.callsOf("pins.add")).toEqual([{ channel: ROOM, timestamp: ts }]);
    expect(slack.faults).toEqual([]);
  });

  test("edits in place, and posts anew what a person deleted", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.messages.push({ ts: "1795253100.000001", channel: ROOM, args: {} });
    const edited = noticeItem({ ts: "1795253100.000001", effectId: `${INCIDENT}:paint:a:1` });
    const deleted = noticeItem({ ts: "1795253100.999999", effectId: `${INCIDENT}:paint:b:1` });
    bridge.batches.push([edited, deleted]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 2, failed: 0 } });
    expect(slack.callsOf("chat.postMessage")).toHaveLength(1);
    expect(bridge.reportsOf(edited.effectId)).toMatchObject([{ result: "painted", ts: "1795253100.000001" }]);
    expect(bridge.reportsOf(deleted.effectId)).toMatchObject([{ result: "painted", ts: slack.messages[1]?.ts }]);
  });

  test("on a second attempt finds the message of the first by its effect id and posts no other", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const item = noticeItem();
    bridge.batches.push([item]);
    bridge.fail(/done$/, 503, 1000);
    await run(drainOutbox);
    expect(slack.messages).toHaveLength(1);
    await using again = await stage();
    again.slack.messages.push(...slack.messages);
    again.bridge.batches.push([noticeItem({ attempt: 2 })]);
    await again.run(drainOutbox);
    expect(again.slack.callsOf("chat.postMessage")).toEqual([]);
    expect(again.bridge.reportsOf(item.effectId)).toMatchObject([{ result: "painted", ts: slack.messages[0]?.ts }]);
  });

  test("leaves work alone that it could not begin while its lease was surely its own", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.state.leaseMs = 400;
    const first = noticeItem({ effectId: `${INCIDENT}:paint:a:1` });
    const second = noticeItem({ effectId: `${INCIDENT}:paint:b:1` });
    bridge.batches.push([first, second]);
    // The bridge is away when the first is reported; the pause before the next try outlasts half the lease.
    bridge.fail(/done$/, 503, 1);
    await run(drainOutbox);
    expect(bridge.reportsOf(first.effectId)).toMatchObject([{ result: "painted" }]);
    expect(bridge.reportsOf(second.effectId)).toEqual([]);
    expect(slack.callsOf("chat.postMessage")).toHaveLength(1);
  });

  test("does not post on a second attempt when the history cannot be read", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("conversations.history", slack.refuse("not_in_channel"));
    bridge.batches.push([noticeItem({ attempt: 2 })]);
    await run(drainOutbox);
    expect(slack.messages).toEqual([]);
    expect(bridge.reports).toMatchObject([{ report: { result: "failed", error: "not_in_channel" } }]);
  });

  test("a failure of one item is reported with Slack's own error and stops no other", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const bad = noticeItem({ effectId: `${INCIDENT}:paint:a:1`, channel: "C07GONE0001" });
    const good = noticeItem({ effectId: `${INCIDENT}:paint:b:1` });
    slack.next("chat.postMessage", slack.refuse("is_archived"));
    bridge.batches.push([bad, good]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 1 } });
    const results = bridge.reports.map(({ report }) => report.result).sort();
    expect(results).toEqual(["failed", "painted"]);
    expect(bridge.reports.find(({ report }) => report.result === "failed")?.report).toMatchObject({
      error: "is_archived",
    });
  });

  test("waits a short rate limit out and hands a long one back with its length", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("chat.postMessage", slack.rateLimit(1));
    slack.next("chat.postMessage", () => undefined);
    bridge.batches.push([noticeItem()]);
    await run(drainOutbox);
    expect(slack.callsOf("chat.postMessage")).toHaveLength(2);
    expect(bridge.reports).toMatchObject([{ report: { result: "failed", error: "network" } }]);

    await using other = await stage();
    other.slack.next("chat.postMessage", other.slack.rateLimit(60));
    other.bridge.batches.push([noticeItem()]);
    await other.run(drainOutbox);
    expect(other.bridge.reports).toMatchObject([
      { report: { result: "failed", error: "ratelimited", retryAfterMs: 60_000 } },
    ]);
  });

  test("names the scope that is missing", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("chat.postMessage", slack.refuse("missing_scope", { needed: "chat:write", provided: "" }));
    bridge.batches.push([noticeItem()]);
    await run(drainOutbox);
    expect(bridge.reports).toMatchObject([{ report: { error: "missing_scope (needs chat:write)" } }]);
  });

  test("sends at most one message a second into a channel, and other channels meanwhile", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.batches.push([
      noticeItem({ effectId: `${INCIDENT}:paint:a:1` }),
      noticeItem({ effectId: `${INCIDENT}:paint:b:1` }),
      noticeItem({ effectId: `${INCIDENT}:paint:c:1`, channel: "C07ALERTS01" }),
    ]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 3, failed: 0 } });
    const posts = slack.calls.filter(({ method }) => method === "chat.postMessage");
    const [first, second] = posts.filter(({ args }) => args.channel === ROOM).map(({ atMs }) => atMs);
    const [other] = posts.filter(({ args }) => args.channel !== ROOM).map(({ atMs }) => atMs);
    expect(Number(second) - Number(first)).toBeGreaterThan(1_000);
    expect(Number(other)).toBeLessThan(Number(second));
  });

  test("repeats claim and report while the bridge fails, and does the work once", async () => {
    await using set = await stage({ DRAIN_BUDGET_MS: "1500" });
    const { slack, bridge, run } = set;
    bridge.fail(/claim$/, 503, 2);
    bridge.fail(/done$/, 502, 2);
    bridge.batches.push([noticeItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    expect(slack.messages).toHaveLength(1);
    expect(bridge.reports).toHaveLength(1);
  });

  test("work handed out again although it was done is not done twice", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const item = noticeItem();
    bridge.batches.push([item], [item]);
    bridge.fail(/done$/, 400, 1);
    await run(drainOutbox);
    expect(bridge.claims.length).toBeGreaterThan(1);
    expect(slack.messages).toHaveLength(1);
  });

  test("a bridge that is away ends the drain quietly: the next one tries again", async () => {
    await using set = await stage();
    const { bridge, run } = set;
    bridge.state.up = false;
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 0 } });
  });

  test("a bridge that refuses the signature fails the step, naming what to check", async () => {
    await using set = await stage({ BRIDGE_SHARED_SECRET: "another-secret" });
    const { run } = set;
    const { error } = await run(drainOutbox);
    expect(error).toContain("401: signature-mismatch");
    expect(error).toContain("BRIDGE_SHARED_SECRET");
  });

  test("the sweep drains too, says why, and leaves a row when it cannot reach the bridge", async () => {
    await using set = await stage();
    const { bridge, slack, run } = set;
    bridge.batches.push([noticeItem()]);
    expect(await run(sweep)).toEqual({ outputs: { done: 1, failed: 0 } });
    expect(bridge.claims[0]?.reason).toBe("sweep");
    expect(slack.rows.nudges).toBeUndefined();
    bridge.state.up = false;
    await run(sweep);
    expect(slack.rows.nudges).toMatchObject([
      { topic: "bridge", said: expect.stringMatching(/^At \d\d:\d\d UTC the incident bridge could not be reached \(/) },
    ]);
  });
});

describe.concurrent("approval cards", () => {
  test("a card comes after all other work and keeps the execution open", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const card = cardItem();
    bridge.batches.push([card, noticeItem({ channel: "C07ALERTS01" })], [noticeItem()]);
    expect(await run(drainOutbox)).toEqual({ completed: false });
    expect(slack.messages.map(({ channel }) => channel)).toEqual(["C07ALERTS01", ROOM]);
    expect(bridge.claims).toHaveLength(1);
    const posted = slack.messages[1];
    expect(posted?.args.metadata).toEqual({
      event_type: "approval_card",
      event_payload: {
        effect_id: card.effectId,
        incident_id: INCIDENT,
        draft_id: DRAFT,
        version: 2,
        content_hash: HASH,
      },
    });
    expect(bridge.reportsOf(card.effectId)).toEqual([
      {
        result: "card-shown",
        executionId: EXECUTION,
        draftId: DRAFT,
        version: 2,
        contentHash: HASH,
        channel: ROOM,
        ts: posted?.ts,
      },
    ]);
    expect(slack.rows.approval_cards).toMatchObject([
      { card: `${DRAFT}:2`, message_ts: posted?.ts, execution_id: EXECUTION },
    ]);
  });

  test("one execution posts one card and hands a second one back at once", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const first = cardItem();
    const second = cardItem({ effectId: `${INCIDENT}:show:DRF-0000000002:1:0` });
    bridge.batches.push([first, second]);
    expect(await run(drainOutbox)).toEqual({ completed: false });
    expect(slack.messages).toHaveLength(1);
    expect(bridge.reportsOf(second.effectId)).toMatchObject([
      { result: "failed", error: "one card per execution", retryAfterMs: 0 },
    ]);
  });

  test("a card that could not be posted does not keep the execution open", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("chat.postMessage", slack.refuse("channel_not_found"));
    bridge.batches.push([cardItem()]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
  });

  test("a failed row write does not stop the card", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.next("apps.datastore.put", slack.refuse("datastore_error"));
    bridge.batches.push([cardItem()]);
    expect(await run(drainOutbox)).toEqual({ completed: false });
    expect(bridge.reports).toMatchObject([{ report: { result: "card-shown" } }]);
  });

  test("a card of an earlier attempt loses its buttons and a fresh one is posted", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.batches.push([cardItem()]);
    await run(drainOutbox);
    bridge.batches.push([cardItem({ attempt: 2 })]);
    expect(await run(drainOutbox)).toEqual({ completed: false });
    expect(slack.messages).toHaveLength(2);
    expect(JSON.stringify(slack.messages[0]?.args.blocks)).not.toContain("approve_publish");
    expect(JSON.stringify(slack.messages[1]?.args.blocks)).toContain("approve_publish");
  });

  test("a text that Slack could only show in pieces is refused, never cut", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    bridge.batches.push([cardItem({ draft: draftView({ body: "&".repeat(1_000) }) })]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
    expect(slack.messages).toEqual([]);
    expect(bridge.reports[0]?.report).toMatchObject({
      error: expect.stringContaining("does not fit one Slack section"),
    });
  });

  test("another execution repaints a card without buttons and completes the one that served it", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    slack.messages.push({ ts: "1795253100.000001", channel: ROOM, args: {} });
    const draft = draftView({ state: "PUBLISHED", standing: "Published" });
    const effectId = `${INCIDENT}:repaint:${DRAFT}:1795253100.000001:x`;
    bridge.batches.push([
      {
        kind: "repaint-card",
        effectId,
        incidentId: INCIDENT,
        attempt: 1,
        channel: ROOM,
        ts: "1795253100.000001",
        draft,
        completeExecution: "Fx07OTHER001",
      },
    ]);
    slack.next("functions.completeSuccess", slack.refuse("execution_already_finished"));
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    const blocks = JSON.stringify(slack.messages[0]?.args.blocks);
    expect(blocks).toContain("Published");
    expect(blocks).not.toContain('"type":"button"');
    expect(slack.callsOf("functions.completeSuccess")).toEqual([
      { function_execution_id: "Fx07OTHER001", outputs: { done: 1, failed: 0 } },
    ]);
    expect(bridge.reportsOf(effectId)).toEqual([{ result: "repainted", executionId: EXECUTION }]);
  });

  test("a room is archived, and an archived one too", async () => {
    await using set = await stage();
    const { slack, bridge, run } = set;
    const archive = { kind: "archive-room" as const, incidentId: INCIDENT, attempt: 1, channel: ROOM };
    slack.next("conversations.archive", slack.refuse("already_archived"));
    bridge.batches.push([{ ...archive, effectId: `${INCIDENT}:archive-room` }]);
    expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
    expect(bridge.reports).toMatchObject([{ report: { result: "archived" } }]);
  });
});
