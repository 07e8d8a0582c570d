import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { DraftStatusUpdate } from "../functions/draft_status_update/definition.ts";

export const DraftStatusUpdateWorkflow = DefineWorkflow({
  callback_id: "draft_status_update_workflow",
  title: "Request a customer update",
  description: "Asks for a public update; a person approves the text before customers read it",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

DraftStatusUpdateWorkflow.addStep(DraftStatusUpdate, {
  interactivity: DraftStatusUpdateWorkflow.inputs.interactivity,
  channel_id: DraftStatusUpdateWorkflow.inputs.channel_id,
  incident_id: DraftStatusUpdateWorkflow.inputs.incident_id,
});
