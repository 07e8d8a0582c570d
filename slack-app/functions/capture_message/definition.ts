import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";

export const CaptureMessage = DefineFunction({
  callback_id: "capture_message",
  title: "Capture a message",
  description: "Puts a message that somebody pinned or marked into the record of the incident",
  source_file: "slack-app/functions/capture_message/mod.ts",
  input_parameters: {
    properties: {
      channel_id: { type: Schema.slack.types.channel_id, description: "The war room" },
      message_ts: { type: Schema.types.string, description: "The message, by its timestamp" },
      user_id: { type: Schema.slack.types.user_id, description: "Who marked it, as Slack's event says" },
      reaction: { type: Schema.types.string, description: "The emoji's name; empty for a pin" },
      suggested: {
        type: Schema.types.string,
        description: "What it was suggested as, where a button of a list was pressed",
      },
    },
    required: ["channel_id", "message_ts", "user_id"],
  },
  output_parameters: { properties: {}, required: [] },
});
