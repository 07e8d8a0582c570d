import { TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { DrainOutboxWorkflow } from "../workflows/drain_outbox.ts";

/** Rung by the bridge with `{"reason":"work"}`. Its URL is a secret and carries nothing: the work is fetched. */
const trigger: Trigger<typeof DrainOutboxWorkflow.definition> = {
  type: TriggerTypes.Webhook,
  name: "Doorbell",
  description: "There is work to fetch from the bridge",
  workflow: `#/workflows/${DrainOutboxWorkflow.definition.callback_id}`,
};

export default trigger;
