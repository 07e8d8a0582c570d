import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { CaptureMessageWorkflow } from "../workflows/capture_message.ts";

const trigger: Trigger<typeof CaptureMessageWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Add to the record",
  description: "Puts a suggested message into the record of the incident",
  workflow: `#/workflows/${CaptureMessageWorkflow.definition.callback_id}`,
  inputs: {
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    user_id: { value: TriggerContextData.Shortcut.user_id },
    message_ts: { customizable: true },
    suggested: { customizable: true },
  },
};

export default trigger;
