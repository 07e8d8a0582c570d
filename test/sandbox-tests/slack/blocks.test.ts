import { expect, test } from "vitest";
import { blockProblems } from "../../sandbox/slack/block-validation.ts";
import { startTestSlack } from "./start-test-slack.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const button = (action_id: string, text = "Go") => ({ type: "button", action_id, text: plain(text) });
const actions = (...elements: object[]) => ({ type: "actions", elements });

test.each([
  ["a section of 3,001 characters", [section("x".repeat(3001))], "/blocks/0/text/text"],
  ["an empty text", [section("")], "/blocks/0/text/text"],
  ["a header of 151", [{ type: "header", text: plain("x".repeat(151)) }], "/blocks/0/text/text"],
  ["a header in mrkdwn", [{ type: "header", text: { type: "mrkdwn", text: "x" } }], "/blocks/0/text/type"],
  ["a button label of 76", [actions(button("a", "x".repeat(76)))], "/blocks/0/elements/0/text/text"],
  ["a button value of 2,001", [actions({ ...button("a"), value: "x".repeat(2001) })], "/blocks/0/elements/0/value"],
  ["26 elements", [actions(...Array.from({ length: 26 }, (_, n) => button(`a${n}`)))], "/blocks/0/elements"],
  ["an action id twice in a block", [actions(button("a"), button("a"))], "/blocks/0/elements/1/action_id"],
  [
    "a block id twice",
    [
      { type: "divider", block_id: "b" },
      { type: "divider", block_id: "b" },
    ],
    "/blocks/1/block_id",
  ],
  ["a block id of 256", [{ type: "divider", block_id: "x".repeat(256) }], "/blocks/0/block_id"],
  ["an unknown block", [{ type: "carousel" }], "/blocks/0/type"],
  ["an unknown element", [actions({ type: "slider", action_id: "a" })], "/blocks/0/elements/0/type"],
  ["11 fields", [{ type: "section", fields: Array.from({ length: 11 }, () => plain("x")) }], "/blocks/0/fields"],
  ["a field of 2,001", [{ type: "section", fields: [plain("x".repeat(2001))] }], "/blocks/0/fields/0/text"],
  [
    "a confirm without deny",
    [actions({ ...button("a"), confirm: { title: plain("x"), text: plain("x"), confirm: plain("x") } })],
    "/blocks/0/elements/0/confirm",
  ],
  [
    "a preselected option that is none",
    [
      actions({
        type: "static_select",
        action_id: "a",
        options: [{ text: plain("A"), value: "a" }],
        initial_option: { text: plain("B"), value: "b" },
      }),
    ],
    "/blocks/0/elements/0/initial_option",
  ],
  [
    "eleven checkboxes",
    [
      actions({
        type: "checkboxes",
        action_id: "a",
        options: Array.from({ length: 11 }, (_, n) => ({ text: plain(`${n}`), value: `${n}` })),
      }),
    ],
    "/blocks/0/elements/0/options",
  ],
  [
    "a workflow button without URL",
    [actions({ type: "workflow_button", action_id: "a", text: plain("x"), workflow: { trigger: {} } })],
    "/blocks/0/elements/0/workflow/trigger",
  ],
])("%s is refused at its JSON pointer", (_name, blocks, pointer) => {
  expect(blockProblems(blocks, "message")).toEqual([expect.stringContaining(`[json-pointer:${pointer}]`)]);
});

test("what is within the limits passes", () => {
  const blocks = [
    section("x".repeat(3000)),
    { type: "header", text: plain("x".repeat(150)) },
    actions(...Array.from({ length: 25 }, (_, n) => button(`a${n}`, "x".repeat(75)))),
  ];
  expect(blockProblems(blocks, "message")).toEqual([]);
});

test("a workflow button belongs in messages, never in modals", () => {
  const press = actions({
    type: "workflow_button",
    action_id: "a",
    text: plain("x"),
    workflow: { trigger: { url: "https://slack.com/shortcuts/Ft1/x" } },
  });
  expect(blockProblems([press], "message")).toEqual([]);
  expect(blockProblems([press], "modal")).toHaveLength(1);
});

test("the Web API answers invalid_blocks with the failing pointers, posts nothing, and fills in missing ids", async () => {
  await using world = await startTestSlack();
  const refused = await world.api("chat.postMessage", {
    channel: "alerts",
    text: "x",
    blocks: Array.from({ length: 51 }, () => ({ type: "divider" })),
  });
  expect(refused.body).toMatchObject({
    ok: false,
    error: "invalid_blocks",
    response_metadata: { messages: ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"] },
  });
  expect(world.slack.snapshot().channels.find((one) => one.name === "alerts")?.messages).toEqual([]);
  expect((await world.api("chat.postMessage", { channel: "alerts", text: "x", blocks: '"[]"' })).body.error).toBe(
    "invalid_blocks_format",
  );
  expect((await world.api("chat.postMessage", { channel: "alerts", text: "x".repeat(40_001) })).body.error).toBe(
    "msg_too_long",
  );
  expect((await world.api("chat.postMessage", { channel: "alerts" })).body.error).toBe("no_text");
  const posted = await world.api("chat.postMessage", {
    channel: "alerts",
    text: "x",
    blocks: [actions({ ...button("a"), action_id: undefined })],
  });
  expect(posted.body.message.blocks[0]).toMatchObject({
    block_id: expect.any(String),
    elements: [{ action_id: expect.any(String) }],
  });
});
