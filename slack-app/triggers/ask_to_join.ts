import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { AskToJoinWorkflow } from "../workflows/ask_to_join.ts";

const trigger: Trigger<typeof AskToJoinWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Ask to join",
  description: "Asks the commander of an incident to let you into its room",
  workflow: `#/workflows/${AskToJoinWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
