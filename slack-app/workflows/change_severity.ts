import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { ChangeSeverity } from "../functions/change_severity/definition.ts";

export const ChangeSeverityWorkflow = DefineWorkflow({
  callback_id: "change_severity_workflow",
  title: "Change the severity",
  description: "Raises, lowers or confirms the severity of this incident, with a reason",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

ChangeSeverityWorkflow.addStep(ChangeSeverity, {
  interactivity: ChangeSeverityWorkflow.inputs.interactivity,
  channel_id: ChangeSeverityWorkflow.inputs.channel_id,
  incident_id: ChangeSeverityWorkflow.inputs.incident_id,
});
