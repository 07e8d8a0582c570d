import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { AcceptJoin } from "../functions/accept_join/definition.ts";

export const AcceptJoinWorkflow = DefineWorkflow({
  callback_id: "accept_join_workflow",
  title: "Let somebody in",
  description: "Lets somebody into the room who asked to join",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
      user_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

AcceptJoinWorkflow.addStep(AcceptJoin, {
  interactivity: AcceptJoinWorkflow.inputs.interactivity,
  channel_id: AcceptJoinWorkflow.inputs.channel_id,
  incident_id: AcceptJoinWorkflow.inputs.incident_id,
  user_id: AcceptJoinWorkflow.inputs.user_id,
});
