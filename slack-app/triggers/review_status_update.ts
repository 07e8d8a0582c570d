import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { ReviewStatusUpdateWorkflow } from "../workflows/review_status_update.ts";

const trigger: Trigger<typeof ReviewStatusUpdateWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Open the current approval card",
  description: "Shows the customer update that waits for approval in this incident",
  workflow: `#/workflows/${ReviewStatusUpdateWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
