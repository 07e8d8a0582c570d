import { DefineFunction, Schema, SlackFunction } from "deno-slack-sdk/mod.ts";

export const AskDefinition = DefineFunction({
  callback_id: "ask",
  title: "Ask",
  description: "Asks in a modal and posts the answers",
  source_file: "test/sandbox-tests/slack/app/functions/ask.ts",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel: { type: Schema.slack.types.channel_id },
      user: { type: Schema.slack.types.user_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity", "user"],
  },
  output_parameters: { properties: { summary: { type: Schema.types.string } }, required: ["summary"] },
});

const plain = (text: string) => ({ type: "plain_text", text });
const option = (value: string) => ({ text: plain(value), value });
const input = (block_id: string, label: string, element: object, optional = false) => ({
  type: "input",
  block_id,
  optional,
  label: plain(label),
  element: { action_id: `${block_id}_value`, ...element },
});

const form = (incident: string) => ({
  type: "modal",
  callback_id: "ask_form",
  title: plain("Ask"),
  submit: plain("Send"),
  private_metadata: incident,
  blocks: [
    input("title", "Title", { type: "plain_text_input", initial_value: "Checkout is down" }),
    input("severity", "Severity", { type: "static_select", options: ["SEV1", "SEV2"].map(option) }),
    input("components", "Components", { type: "multi_static_select", options: ["api", "web"].map(option) }, true),
    input("owner", "Owner", { type: "users_select" }, true),
    input("helpers", "Helpers", { type: "multi_users_select" }, true),
    input("done", "Done", { type: "checkboxes", options: ["paged", "looked"].map(option) }, true),
    input("public", "Public", { type: "radio_buttons", options: ["yes", "no"].map(option) }, true),
    input("minutes", "Minutes", { type: "number_input", is_decimal_allowed: false, max_value: "120" }, true),
    input("link", "Link", { type: "url_text_input" }, true),
    input("day", "Day", { type: "datepicker" }, true),
  ],
});

const handler = SlackFunction(AskDefinition, async ({ inputs, client }) => {
  const loading = await client.views.open({
    interactivity_pointer: inputs.interactivity.interactivity_pointer,
    view: {
      type: "modal",
      callback_id: "ask_form",
      title: plain("Ask"),
      blocks: [{ type: "section", text: plain("Loading…") }],
    },
  });
  if (!loading.ok) return { error: loading.error ?? "views.open failed" };
  const again = await client.views.open({
    interactivity_pointer: inputs.interactivity.interactivity_pointer,
    view: form(""),
  });
  await client.views.update({
    view_id: loading.view.id,
    hash: loading.view.hash,
    view: form(`${inputs.incident_id ?? "none"} ${again.error}`),
  });
  return { completed: false };
});

handler.addViewSubmissionHandler("ask_form", async ({ view, body, client, inputs }) => {
  const { values } = view.state;
  const title = values.title.title_value.value;
  if (title === "more") {
    return { response_action: "push", view: { ...form("pushed"), callback_id: "ask_form" } };
  }
  if (title === "again") return { response_action: "update", view: { ...form("updated"), title: plain("Ask again") } };
  if (title === "clear") return { response_action: "clear" };
  await client.chat.postMessage({
    channel: inputs.channel ?? "C07INCIDENT",
    text: JSON.stringify({ values, metadata: view.private_metadata, actor: body.user.id }),
  });
  await client.functions.completeSuccess({
    function_execution_id: body.function_data.execution_id,
    outputs: { summary: title },
  });
});

export default handler;
