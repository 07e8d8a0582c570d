import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { RateResponseWorkflow } from "../workflows/rate_response.ts";

const trigger: Trigger<typeof RateResponseWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Rate this response",
  description: "Asks how well this incident was handled, one answer a person",
  workflow: `#/workflows/${RateResponseWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
  },
};

export default trigger;
