import { expect, test } from "vitest";
import type { ReadRoom } from "../../../shared/contracts/outbox.ts";
import drainOutbox from "../../../slack-app/functions/drain_outbox/mod.ts";
import { stage } from "../support/hosted.ts";
import { INCIDENT, ROOM } from "../support/samples.ts";

const work = (change: Partial<ReadRoom> = {}): ReadRoom => ({
  kind: "read-room",
  effectId: `${INCIDENT}:read:1`,
  incidentId: INCIDENT,
  attempt: 1,
  channel: ROOM,
  ...change,
});

test("what people wrote since the last reading is handed over in order, without bots, joins and blanks", async () => {
  await using set = await stage();
  const { slack, bridge, run } = set;
  slack.next("conversations.history", ({ oldest, limit }) => {
    expect([oldest, Number(limit)]).toEqual(["1795253107.000100", 40]);
    return {
      json: {
        ok: true,
        messages: [
          { ts: "1795253112.000100", user: "U07HOSTBOT1", bot_id: "B01", text: "posted by an app" },
          { ts: "1795253111.000100", user: "U07SAMWIER2", text: "x".repeat(5_000) },
          { ts: "1795253110.000100", user: "U07ALEXLIN1", subtype: "channel_join", text: "joined" },
          { ts: "1795253109.000100", user: "U07ALEXLIN1", text: " " },
          { ts: "1795253108.000100", user: "U07ALEXLIN1", text: "we roll back" },
        ],
      },
    };
  });
  bridge.batches.push([work({ after: "1795253107.000100" })]);
  expect(await run(drainOutbox)).toEqual({ outputs: { done: 1, failed: 0 } });
  expect(bridge.reportsOf(`${INCIDENT}:read:1`)).toEqual([
    expect.objectContaining({
      result: "room-read",
      until: "1795253112.000100",
      messages: [
        { ts: "1795253108.000100", author: "U07ALEXLIN1", text: "we roll back" },
        { ts: "1795253111.000100", author: "U07SAMWIER2", text: "x".repeat(600) },
      ],
    }),
  ]);
});

test("a room that Slack does not show is reported as failed", async () => {
  await using set = await stage();
  const { slack, bridge, run } = set;
  slack.next("conversations.history", () => ({ json: { ok: false, error: "not_in_channel" } }));
  bridge.batches.push([work()]);
  expect(await run(drainOutbox)).toEqual({ outputs: { done: 0, failed: 1 } });
  expect(bridge.reportsOf(`${INCIDENT}:read:1`)).toEqual([
    expect.objectContaining({ result: "failed", error: expect.stringContaining("not_in_channel") }),
  ]);
});
