import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { DeclareIncidentWorkflow } from "../workflows/declare_incident.ts";

const trigger: Trigger<typeof DeclareIncidentWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Declare an incident",
  description: "Opens an incident with a war room by hand",
  workflow: `#/workflows/${DeclareIncidentWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
