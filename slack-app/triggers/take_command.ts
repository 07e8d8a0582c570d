import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { TakeCommandWorkflow } from "../workflows/take_command.ts";

const trigger: Trigger<typeof TakeCommandWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Take command",
  description: "Makes you the commander of this incident, or accepts command handed to you",
  workflow: `#/workflows/${TakeCommandWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
