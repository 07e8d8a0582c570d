import { BlockCheck, isObject } from "./block-check.ts";
import { blockProblems } from "./block-validation.ts";
import { SlackError } from "./slack-error.ts";
import type { Json } from "./state.ts";

const VIEW_BYTES = 250_000;

/**
 * A modal as the app sent it, checked against Slack's limits.
 * @throws SlackError `invalid_arguments` with the failing JSON pointers, `view_too_large`.
 */
export function assertModal(view: unknown): Json {
  if (!isObject(view)) throw refusal(["[ERROR] must provide an object [json-pointer:/view]"]);
  const check = new BlockCheck("modal");
  if (view.type !== "modal") {
    check.refuse("/view/type", `unsupported type: ${String(view.type)}; a hosted app has modals only, no home tab`);
  }
  check.text(view, "title", "/view", 24, { required: true, kind: "plain_text" });
  check.text(view, "submit", "/view", 24, { kind: "plain_text" });
  check.text(view, "close", "/view", 24, { kind: "plain_text" });
  check.string(view, "callback_id", "/view", 255);
  check.string(view, "private_metadata", "/view", 3000);
  check.string(view, "external_id", "/view", 255);
  check.problems.push(...blockProblems(view.blocks, "modal", "/view/blocks"));
  const hasInput = Array.isArray(view.blocks) && view.blocks.some((block) => isObject(block) && block.type === "input");
  if (hasInput && !view.submit) check.refuse("/view/submit", "submit is required when an input block is present");
  if (check.problems.length > 0) throw refusal(check.problems);
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_BYTES) throw new SlackError("view_too_large");
  return view;
}

const refusal = (messages: string[]): SlackError =>
  new SlackError("invalid_arguments", {
    errors: messages.map((line) => line.replace(/^\[ERROR] /, "")),
    response_metadata: { messages },
  });
