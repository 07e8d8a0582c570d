import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { UpdateChecklist } from "../functions/update_checklist/definition.ts";

export const UpdateChecklistWorkflow = DefineWorkflow({
  callback_id: "update_checklist_workflow",
  title: "Update the checklist",
  description: "Ticks, skips and assigns what the runbook asks for, and moves the phase",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

UpdateChecklistWorkflow.addStep(UpdateChecklist, {
  interactivity: UpdateChecklistWorkflow.inputs.interactivity,
  channel_id: UpdateChecklistWorkflow.inputs.channel_id,
  incident_id: UpdateChecklistWorkflow.inputs.incident_id,
});
