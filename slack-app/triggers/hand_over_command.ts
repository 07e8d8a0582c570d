import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { HandOverCommandWorkflow } from "../workflows/hand_over_command.ts";

const trigger: Trigger<typeof HandOverCommandWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Hand over command",
  description: "Offers command of this incident to another person",
  workflow: `#/workflows/${HandOverCommandWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
