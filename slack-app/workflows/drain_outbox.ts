import { DefineWorkflow } from "deno-slack-sdk/mod.ts";
import { DrainOutbox } from "../functions/drain_outbox/definition.ts";

export const DrainOutboxWorkflow = DefineWorkflow({
  callback_id: "drain_outbox_workflow",
  title: "Do the bridge's work in Slack",
  description: "Fetches due work from the bridge: rooms, messages, approval cards",
});

DrainOutboxWorkflow.addStep(DrainOutbox, {});
