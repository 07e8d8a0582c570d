import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { UpdateChecklistWorkflow } from "../workflows/update_checklist.ts";

const trigger: Trigger<typeof UpdateChecklistWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Update the checklist",
  description: "Ticks, skips and assigns what the runbook asks for, and moves the phase",
  workflow: `#/workflows/${UpdateChecklistWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
