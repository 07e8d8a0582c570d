import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { ResolveIncident } from "../functions/resolve_incident/definition.ts";

export const ResolveIncidentWorkflow = DefineWorkflow({
  callback_id: "resolve_incident_workflow",
  title: "Close the incident",
  description: "Records how the incident ended and starts what follows from it",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
      outcome: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

ResolveIncidentWorkflow.addStep(ResolveIncident, {
  interactivity: ResolveIncidentWorkflow.inputs.interactivity,
  channel_id: ResolveIncidentWorkflow.inputs.channel_id,
  incident_id: ResolveIncidentWorkflow.inputs.incident_id,
  outcome: ResolveIncidentWorkflow.inputs.outcome,
});
