import { DefineFunction, Schema, SlackFunction } from "deno-slack-sdk/mod.ts";

export const WorkDefinition = DefineFunction({
  callback_id: "work",
  title: "Work",
  description: "Does what the bridge asks for, or what the webhook says",
  source_file: "test/sandbox-tests/slack/app/functions/work.ts",
  input_parameters: { properties: { reason: { type: Schema.types.string } }, required: [] },
  output_parameters: { properties: { done: { type: Schema.types.string } }, required: ["done"] },
});

const card = (text: string) => [
  { type: "section", block_id: "text", text: { type: "plain_text", text } },
  {
    type: "actions",
    block_id: "approval",
    elements: [
      {
        type: "button",
        action_id: "approve",
        text: { type: "plain_text", text: "Approve" },
        value: "v1",
        confirm: {
          title: { type: "plain_text", text: "Sure?" },
          text: { type: "mrkdwn", text: "Really" },
          confirm: { type: "plain_text", text: "Yes" },
          deny: { type: "plain_text", text: "No" },
        },
      },
      { type: "button", action_id: "edit", text: { type: "plain_text", text: "Edit" }, value: "v1" },
      { type: "button", action_id: "explode", text: { type: "plain_text", text: "Explode" } },
      { type: "button", action_id: "dawdle", text: { type: "plain_text", text: "Dawdle" } },
      {
        type: "button",
        action_id: "report",
        text: { type: "plain_text", text: "Report" },
        style: "primary",
        value: "v1",
      },
      { type: "button", action_id: "renamed", text: { type: "plain_text", text: "Nobody listens" } },
    ],
  },
];

/** The runtime hands the whole body over; the SDK's type does not say so. */
const bodyOf = (context: object): unknown => (context as { body?: unknown }).body;

/** Every reason is one behaviour of a hosted function that the simulator must treat as Slack does. */
const handler = SlackFunction(WorkDefinition, async (context) => {
  const { inputs, client, env, event } = context;
  switch (inputs.reason) {
    case "card": {
      await client.chat.postMessage({
        channel: "C07INCIDENT",
        text: "Approval needed",
        blocks: card("We are looking."),
        metadata: { event_type: "approval_card", event_payload: { effect_id: "e1" } },
      });
      return { completed: false };
    }
    case "fetch-bridge": {
      const reply = await fetch(`${env.BRIDGE_BASE_URL}/ping`);
      return { outputs: { done: await reply.text() } };
    }
    case "fetch-elsewhere":
      await fetch("http://127.0.0.1:65123/elsewhere");
      return { outputs: { done: "never" } };
    case "hang":
      await new Promise(() => {});
      return { outputs: { done: "never" } };
    case "slow-post":
      await fetch(`${env.BRIDGE_BASE_URL}/until-released`);
      return {
        outputs: { done: JSON.stringify(await client.chat.postMessage({ channel: "C07INCIDENT", text: "late" })) },
      };
    case "report":
      await fetch(`${env.BRIDGE_BASE_URL}/report`, { method: "POST", body: JSON.stringify(bodyOf(context)) });
      return { outputs: { done: "reported" } };
    case "error":
      return { error: "the bridge said no" };
    case "no-outputs":
      return { outputs: {} } as never;
    case "close-other": {
      const reply = await fetch(`${env.BRIDGE_BASE_URL}/which-execution`);
      const answer = await client.functions.completeSuccess({
        function_execution_id: await reply.text(),
        outputs: { done: "closed by another" },
      });
      return { outputs: { done: String(answer.ok) } };
    }
    case "room": {
      const created = await client.conversations.create({ name: "inc-1121-checkout-k9zp", is_private: true });
      const id = created.channel.id;
      const invited = await client.conversations.invite({
        channel: id,
        users: ["U07ALEXLIN1", "U07SAMWIER2", "U07FORMER09"].join(","),
        force: true,
      });
      await client.conversations.setTopic({ channel: id, topic: "SEV1 checkout" });
      await client.apps.datastore.put({ datastore: "war_rooms", item: { incident_id: "INC-1", channel_id: id } });
      return {
        outputs: {
          done: JSON.stringify({ ok: invited.ok, errors: invited.errors, execution: event.function_execution_id }),
        },
      };
    }
    default:
      await client.chat.postMessage({ channel: "C07INCIDENT", text: `worked: ${inputs.reason ?? "nothing"}` });
      return { outputs: { done: "yes" } };
  }
});

handler
  .addBlockActionsHandler("approve", async ({ body, action, client }) => {
    await client.chat.update({
      channel: body.container.channel_id,
      ts: body.container.message_ts,
      text: `Approved by ${body.user.id} with ${action.value}`,
      blocks: [],
    });
    await client.functions.completeSuccess({
      function_execution_id: body.function_data.execution_id,
      outputs: { done: "approved" },
    });
  })
  .addBlockActionsHandler("edit", async ({ body, client }) => {
    await client.views.open({
      interactivity_pointer: body.interactivity.interactivity_pointer,
      view: {
        type: "modal",
        callback_id: "edit_draft",
        title: { type: "plain_text", text: "Edit update" },
        submit: { type: "plain_text", text: "Save" },
        close: { type: "plain_text", text: "Cancel" },
        notify_on_close: true,
        private_metadata: JSON.stringify({ channel: body.container.channel_id, ts: body.container.message_ts }),
        blocks: [
          {
            type: "input",
            block_id: "body",
            label: { type: "plain_text", text: "Text customers will read" },
            element: { type: "plain_text_input", action_id: "body_input", multiline: true, max_length: 100 },
          },
        ],
      },
    });
  })
  .addBlockActionsHandler("report", async ({ body, env }) => {
    await fetch(`${env.BRIDGE_BASE_URL}/report`, { method: "POST", body: JSON.stringify(body) });
  })
  .addBlockActionsHandler("explode", () => {
    throw new Error("kaboom");
  })
  .addBlockActionsHandler("dawdle", async () => {
    await new Promise(() => {});
  })
  .addViewSubmissionHandler("edit_draft", async ({ view, client, body, env }) => {
    await fetch(`${env.BRIDGE_BASE_URL}/report`, { method: "POST", body: JSON.stringify(body) });
    const text = view.state.values.body.body_input.value;
    if (text.includes("secret"))
      return { response_action: "errors", errors: { body: "Customers must not read this." } };
    const { channel, ts } = JSON.parse(view.private_metadata ?? "{}");
    await client.chat.update({ channel, ts, text, blocks: card(text) });
  })
  .addViewClosedHandler("edit_draft", async ({ client, body }) => {
    await client.chat.postMessage({ channel: "C07INCIDENT", text: `closed by ${body.user.id}` });
  });

export default handler;
