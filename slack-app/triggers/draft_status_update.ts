import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { DraftStatusUpdateWorkflow } from "../workflows/draft_status_update.ts";

const trigger: Trigger<typeof DraftStatusUpdateWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Request a customer update",
  description: "Asks for a public update; a person approves the text before customers read it",
  workflow: `#/workflows/${DraftStatusUpdateWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
