import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { CaptureMessage } from "../functions/capture_message/definition.ts";

export const CaptureMessageWorkflow = DefineWorkflow({
  callback_id: "capture_message_workflow",
  title: "Capture a message",
  description: "Puts a message that somebody pinned or marked into the record of the incident",
  input_parameters: {
    properties: {
      channel_id: { type: Schema.slack.types.channel_id },
      message_ts: { type: Schema.types.string },
      user_id: { type: Schema.slack.types.user_id },
      reaction: { type: Schema.types.string },
      suggested: { type: Schema.types.string },
    },
    required: ["channel_id", "message_ts", "user_id"],
  },
});

CaptureMessageWorkflow.addStep(CaptureMessage, {
  channel_id: CaptureMessageWorkflow.inputs.channel_id,
  message_ts: CaptureMessageWorkflow.inputs.message_ts,
  user_id: CaptureMessageWorkflow.inputs.user_id,
  reaction: CaptureMessageWorkflow.inputs.reaction,
  suggested: CaptureMessageWorkflow.inputs.suggested,
});
