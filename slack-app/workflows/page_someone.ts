import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { PageSomeone } from "../functions/page_someone/definition.ts";

export const PageSomeoneWorkflow = DefineWorkflow({
  callback_id: "page_someone_workflow",
  title: "Page someone",
  description: "Pages a person, a schedule or the on-call of a service through OnCall",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
      target: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

PageSomeoneWorkflow.addStep(PageSomeone, {
  interactivity: PageSomeoneWorkflow.inputs.interactivity,
  channel_id: PageSomeoneWorkflow.inputs.channel_id,
  incident_id: PageSomeoneWorkflow.inputs.incident_id,
  target: PageSomeoneWorkflow.inputs.target,
});
