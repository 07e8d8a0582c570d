import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { SilenceNudges } from "../functions/silence_nudges/definition.ts";

export const SilenceNudgesWorkflow = DefineWorkflow({
  callback_id: "silence_nudges_workflow",
  title: "Silence reminders",
  description: "Silences the reminders of this room for some minutes, or lets them come again",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

SilenceNudgesWorkflow.addStep(SilenceNudges, {
  interactivity: SilenceNudgesWorkflow.inputs.interactivity,
  channel_id: SilenceNudgesWorkflow.inputs.channel_id,
  incident_id: SilenceNudgesWorkflow.inputs.incident_id,
});
