import { DefineWorkflow, Schema } from "deno-slack-sdk/mod.ts";
import { DeclareIncident } from "../functions/declare_incident/definition.ts";

export const DeclareIncidentWorkflow = DefineWorkflow({
  callback_id: "declare_incident_workflow",
  title: "Declare an incident",
  description: "Opens an incident with a war room by hand",
  input_parameters: {
    properties: {
      interactivity: { type: Schema.slack.types.interactivity },
      channel_id: { type: Schema.slack.types.channel_id },
      incident_id: { type: Schema.types.string },
    },
    required: ["interactivity"],
  },
});

DeclareIncidentWorkflow.addStep(DeclareIncident, {
  interactivity: DeclareIncidentWorkflow.inputs.interactivity,
  channel_id: DeclareIncidentWorkflow.inputs.channel_id,
  incident_id: DeclareIncidentWorkflow.inputs.incident_id,
});
