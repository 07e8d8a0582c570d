import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, startTestSlack } from "./start-test-slack.ts";

const fixture = (name: string) => JSON.parse(readFileSync(join(ROOT, "test/fixtures", `${name}.json`), "utf8")).body;

/** Contents that differ from payload to payload: what the app itself sent, and its own parameters. */
const FREE =
  /^(event\.inputs|function_data\.inputs|.*put_parameters|message\.(blocks|metadata)|view\.(blocks|state)|actions\.0\.confirm)/;

/** Every path of the recorded payload that the delivered one lacks or holds another type at. */
function missing(recorded: unknown, delivered: unknown, path = ""): string[] {
  if (FREE.test(path)) return [];
  if (recorded === null) return delivered === undefined ? [path] : [];
  if (
    delivered === null ||
    typeof recorded !== typeof delivered ||
    Array.isArray(recorded) !== Array.isArray(delivered)
  )
    return [path];
  if (typeof recorded !== "object") return [];
  return Object.entries(recorded).flatMap(([key, value]) =>
    missing(value, (delivered as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`),
  );
}

test("what a function, a button and a modal receive has every field of the recorded payloads", async () => {
  await using world = await startTestSlack();
  const { slack, bridge, until } = world;
  bridge.answers["/report"] = () => "ok";
  const last = () => JSON.parse(bridge.received.at(-1)?.body ?? "{}");

  await world.ring({ reason: "report" });
  await until(() => slack.snapshot().executions.find((one) => one.status === "completed"));
  expect(missing(fixture("slack-function-executed"), last())).toEqual([]);

  await world.ring({ reason: "card" });
  await until(() => slack.snapshot().executions.find((one) => one.status === "open"));
  const ts =
    slack
      .snapshot()
      .channels.find((one) => one.name === "incidents")
      ?.messages.at(-1)?.ts ?? "";
  await slack.click({ user: "jordan", channel: "incidents", ts, action_id: "report" });
  // Only the legacy `bot_message` subtype is not imitated.
  expect(missing(fixture("slack-block-actions"), last())).toEqual(["message.subtype"]);
  expect(last()).toMatchObject({
    type: "block_actions",
    user: { id: "U07JORDANO5" },
    actions: [{ action_id: "report", value: "v1" }],
  });

  const opened = await slack.click({ user: "jordan", channel: "incidents", ts, action_id: "edit" });
  await slack.submit({ user: "jordan", view_id: opened.ok ? (opened.view_id ?? "") : "", values: { body: "text" } });
  expect(missing(fixture("slack-view-submission"), last())).toEqual([]);
  expect(last().view.state.values).toEqual({ body: { body_input: { type: "plain_text_input", value: "text" } } });
});
