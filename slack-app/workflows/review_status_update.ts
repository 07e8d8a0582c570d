import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { ReviewStatusUpdate } from "../functions/review_status_update/definition.ts";

export const ReviewStatusUpdateWorkflow = DefineWorkflow({
  callback_id: "review_status_update_workflow",
  title: "Open the current approval card",
  description: "Shows the customer update that waits for approval in this incident",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

ReviewStatusUpdateWorkflow.addStep(ReviewStatusUpdate, {
  interactivity: ReviewStatusUpdateWorkflow.inputs.interactivity,
  channel_id: ReviewStatusUpdateWorkflow.inputs.channel_id,
  incident_id: ReviewStatusUpdateWorkflow.inputs.incident_id,
});
