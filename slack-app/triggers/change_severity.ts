import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { ChangeSeverityWorkflow } from "../workflows/change_severity.ts";

const trigger: Trigger<typeof ChangeSeverityWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Change the severity",
  description: "Raises, lowers or confirms the severity of this incident, with a reason",
  workflow: `#/workflows/${ChangeSeverityWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
