import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { PageSomeoneWorkflow } from "../workflows/page_someone.ts";

const trigger: Trigger<typeof PageSomeoneWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Page someone",
  description: "Pages a person, a schedule or the on-call of a service through OnCall",
  workflow: `#/workflows/${PageSomeoneWorkflow.definition.callback_id}`,
  inputs: {
    interactivity: { value: TriggerContextData.Shortcut.interactivity },
    channel_id: { value: TriggerContextData.Shortcut.channel_id },
    incident_id: { customizable: true },
    target: { customizable: true },
  },
};

export default trigger;
