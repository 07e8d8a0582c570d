import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { AcceptJoinWorkflow } from "../workflows/accept_join.ts";

const trigger: Trigger<typeof AcceptJoinWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Let somebody in",
  description: "Lets somebody into the room who asked to join",
  workflow: `#/workflows/${AcceptJoinWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
    user_id: { customizable: true },
  },
};

export default trigger;
