import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { SilenceNudgesWorkflow } from "../workflows/silence_nudges.ts";

const trigger: Trigger<typeof SilenceNudgesWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Silence reminders",
  description: "Silences the reminders of this room for some minutes, or lets them come again",
  workflow: `#/workflows/${SilenceNudgesWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
