import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { CatchMeUpWorkflow } from "../workflows/catch_me_up.ts";

const trigger: Trigger<typeof CatchMeUpWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Catch me up",
  description: "Shows you alone where an incident stands and what has happened",
  workflow: `#/workflows/${CatchMeUpWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
