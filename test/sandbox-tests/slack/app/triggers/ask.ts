import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import type { AskWorkflow } from "../workflows/workflows.ts";

const ask: Trigger<typeof AskWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Ask something",
  workflow: "#/workflows/ask",
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel: { value: TriggerContextData.Shortcut.channel_id },
    user: { value: TriggerContextData.Shortcut.user_id },
    incident_id: { customizable: true },
  },
};
export default ask;
