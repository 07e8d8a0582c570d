import { TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import type { WorkWorkflow } from "../workflows/workflows.ts";

const doorbell: Trigger<typeof WorkWorkflow.definition> = {
  type: TriggerTypes.Webhook,
  name: "Doorbell",
  workflow: "#/workflows/work",
  inputs: { reason: { value: "{{data.reason}}" } },
};
export default doorbell;
