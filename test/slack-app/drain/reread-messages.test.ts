import { expect, test } from "vitest";
import type { EffectReport, RereadMessages } from "../../../shared/contracts/outbox.ts";
import { rereadMessages } from "../../../slack-app/drain/reread-messages.ts";
import { INCIDENT, ROOM } from "../support/samples.ts";
import { slackAnswering } from "../support/slack-answering.ts";

const [STANDS, GONE] = ["1795253107.000001", "1795253107.000002"];
const item: RereadMessages = {
  kind: "reread-messages",
  effectId: `${INCIDENT}:reread:1795253200000`,
  incidentId: INCIDENT,
  attempt: 1,
  channel: ROOM,
  messages: [STANDS, GONE],
};

async function rereading(answer: (ts: string) => Record<string, unknown> | string) {
  const told: EffectReport[] = [];
  const { slack } = slackAnswering({ "conversations.replies": ({ ts }) => answer(String(ts)) });
  const report = async (_: string, one: EffectReport) => {
    told.push(one);
    return "continue" as const;
  };
  const done = await rereadMessages(item, { slack, executionId: "Fx1", report, pace: async (_, run) => await run() });
  return { done, told };
}

test("each message is told with its words of now, or as gone; `decision:` in front is no word of it", async () => {
  const { done, told } = await rereading((ts) =>
    ts === GONE ? "thread_not_found" : { messages: [{ ts, text: "decision: we roll back", user: "U07SAMWIER2" }] },
  );
  expect(done).toBe(true);
  expect(told).toEqual([
    {
      result: "messages-read",
      executionId: "Fx1",
      messages: [
        { ts: STANDS, text: "we roll back" },
        { ts: GONE, text: null },
      ],
    },
  ]);
});

test("a message that Slack does not show is a failure, never a deletion", async () => {
  const { done, told } = await rereading(() => "not_in_channel");
  expect(done).toBe(false);
  expect(told).toMatchObject([{ result: "failed", error: "not_in_channel" }]);
});
