import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { RateResponse } from "../functions/rate_response/definition.ts";

export const RateResponseWorkflow = DefineWorkflow({
  callback_id: "rate_response_workflow",
  title: "Rate this response",
  description: "Asks how well this incident was handled, one answer a person",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

RateResponseWorkflow.addStep(RateResponse, {
  interactivity: RateResponseWorkflow.inputs.interactivity,
  channel_id: RateResponseWorkflow.inputs.channel_id,
  incident_id: RateResponseWorkflow.inputs.incident_id,
});
