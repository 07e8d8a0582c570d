import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { AskToJoin } from "../functions/ask_to_join/definition.ts";

export const AskToJoinWorkflow = DefineWorkflow({
  callback_id: "ask_to_join_workflow",
  title: "Ask to join",
  description: "Asks the commander of an incident to let you into its room",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

AskToJoinWorkflow.addStep(AskToJoin, {
  interactivity: AskToJoinWorkflow.inputs.interactivity,
  channel_id: AskToJoinWorkflow.inputs.channel_id,
  incident_id: AskToJoinWorkflow.inputs.incident_id,
});
