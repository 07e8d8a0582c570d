import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { HandOverCommand } from "../functions/hand_over_command/definition.ts";

export const HandOverCommandWorkflow = DefineWorkflow({
  callback_id: "hand_over_command_workflow",
  title: "Hand over command",
  description: "Offers command of this incident to another person",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

HandOverCommandWorkflow.addStep(HandOverCommand, {
  interactivity: HandOverCommandWorkflow.inputs.interactivity,
  channel_id: HandOverCommandWorkflow.inputs.channel_id,
  incident_id: HandOverCommandWorkflow.inputs.incident_id,
});
