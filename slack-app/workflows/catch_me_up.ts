import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { CatchMeUp } from "../functions/catch_me_up/definition.ts";

export const CatchMeUpWorkflow = DefineWorkflow({
  callback_id: "catch_me_up_workflow",
  title: "Catch me up",
  description: "Shows you alone where an incident stands and what has happened",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

CatchMeUpWorkflow.addStep(CatchMeUp, {
  interactivity: CatchMeUpWorkflow.inputs.interactivity,
  channel_id: CatchMeUpWorkflow.inputs.channel_id,
  incident_id: CatchMeUpWorkflow.inputs.incident_id,
});
