import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { ResolveIncidentWorkflow } from "../workflows/resolve_incident.ts";

const trigger: Trigger<typeof ResolveIncidentWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Close the incident",
  description: "Records how the incident ended and starts what follows from it",
  workflow: `#/workflows/${ResolveIncidentWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
    outcome: { customizable: true },
  },
};

export default trigger;
