import { HOSTED_APP, HOSTED_BOT, HOSTED_BOT_ID } from "./cast.ts";
import { formView } from "./open-form.ts";
import { exchangePointer } from "./pointers.ts";
import { postMessage } from "./post-message.ts";
import { SlackError } from "./slack-error.ts";
import { channelById, type Execution, type Json } from "./state.ts";
import { openView } from "./views.ts";
import { permalink } from "./web-api/chat.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

type BuiltInStep = (engine: WorkflowEngine, execution: Execution) => void;

/** Opens the form and leaves the step open until it is submitted. */
const openForm: BuiltInStep = ({ core }, execution) => {
  const { state, clock, limits } = core;
  const interactivity = execution.inputs.interactivity as Json | undefined;
  if (!interactivity) throw new SlackError("missing_interactivity");
  const { user } = exchangePointer(state, clock.now(), limits.pointerMs, String(interactivity.interactivity_pointer));
  const view = openView(state, clock.now(), formView(execution.inputs), { user, form_run_id: execution.run_id });
  view.execution_id = execution.id;
  execution.status = "open";
  core.changed({ type: "view_opened", view_id: view.id, user });
  core.changed({ type: "execution_open", execution_id: execution.id });
};

const sendMessage: BuiltInStep = (engine, execution) => {
  const { state, clock, changed, url } = engine.core;
  const { channel_id, message, metadata, interactive_blocks } = execution.inputs;
  if (interactive_blocks !== undefined) throw new SlackError("interactive_blocks_not_supported");
  const channel = channelById(state, String(channel_id));
  if (!channel || (channel.is_private && !channel.members.includes(HOSTED_BOT)))
    throw new SlackError("channel_not_found");
  if (channel.is_archived) throw new SlackError("is_archived");
  const posted = postMessage(
    state,
    clock.now(),
    channel,
    { text: typeof message === "string" ? message : JSON.stringify(message), metadata },
    { user: HOSTED_BOT, bot_id: HOSTED_BOT_ID, app_id: HOSTED_APP },
  );
  changed({ type: "message", channel: channel.id, ts: posted.ts });
  const now = Math.floor(clock.now() / 1000);
  engine.complete(execution.id, {
    message_timestamp: posted.ts,
    message_link: permalink(url, channel.id, posted.ts),
    message_context: { message_ts: posted.ts, channel_id: channel.id, user_id: HOSTED_BOT },
    timestamp_started: Math.floor(execution.started / 1000),
    timestamp_completed: now,
  });
};

/** Slack's own steps that this Slack can run, by function reference. */
export const BUILT_IN_STEPS: Readonly<Record<string, BuiltInStep>> = {
  "slack#/functions/open_form": openForm,
  "slack#/functions/send_message": sendMessage,
};
