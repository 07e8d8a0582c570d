import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { TakeCommand } from "../functions/take_command/definition.ts";

export const TakeCommandWorkflow = DefineWorkflow({
  callback_id: "take_command_workflow",
  title: "Take command",
  description: "Makes you the commander of this incident, or accepts command handed to you",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

TakeCommandWorkflow.addStep(TakeCommand, {
  interactivity: TakeCommandWorkflow.inputs.interactivity,
  channel_id: TakeCommandWorkflow.inputs.channel_id,
  incident_id: TakeCommandWorkflow.inputs.incident_id,
});
