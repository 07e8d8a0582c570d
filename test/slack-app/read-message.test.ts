import { expect, test } from "vitest";
import { readMessage } from "../../slack-app/read-message.ts";
import { slackAnswering } from "./support/slack-answering.ts";

const ROOM = "C07WARROOM9";
const TS = "1795253107.118210";
const reading = async (...messages: Record<string, unknown>[]) => {
  const { slack, calls } = slackAnswering({ "conversations.replies": { messages } });
  return { read: await readMessage(slack, ROOM, TS), calls };
};

test("a message is found by its timestamp alone, in a thread or not", async () => {
  const { read, calls } = await reading(
    { ts: "1795253107.000001", text: "the parent" },
    { ts: TS, text: "it", user: "U07SAMWIER2" },
  );
  expect(read).toEqual({ kind: "read", message: { text: "it", author: "U07SAMWIER2", ours: false } });
  expect(calls[0]).toMatchObject({ channel: ROOM, ts: TS, oldest: TS, latest: TS, inclusive: true });
});

test.each([
  ["a bot's words have no author", { bot_id: "B07", user: "U07ROBOT008" }, { author: undefined }],
  ["a user id that is none is nobody", { user: "<!channel>" }, { author: undefined }],
  [
    "a message of this app says so",
    { metadata: { event_payload: { incident_id: "INC-20261121-0914-K9ZP" } } },
    { ours: true },
  ],
  ["one of another app's metadata does not", { metadata: { event_payload: {} } }, { ours: false }],
  ["a message without text has empty words", { text: undefined }, { text: "" }],
])("%s", async (_, fields, expected) => {
  const { read } = await reading({ ts: TS, text: "it", user: "U07SAMWIER2", ...fields });
  expect(read).toMatchObject({ kind: "read", message: expected });
});

test("only a message that Slack says is not there is gone; one that it would not show is not", async () => {
  expect((await reading({ ts: "1795253107.999999", text: "the next one" })).read).toEqual({ kind: "gone" });
  for (const [error, kind] of [
    ["thread_not_found", "gone"],
    ["message_not_found", "gone"],
    ["ratelimited", "failed"],
    ["not_in_channel", "failed"],
  ] as const) {
    const { slack } = slackAnswering({ "conversations.replies": error });
    expect(await readMessage(slack, ROOM, TS)).toMatchObject({ kind });
  }
});
