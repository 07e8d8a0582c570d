import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { CARD_OUTPUTS } from "../card/outputs.ts";

export const DrainOutbox = DefineFunction({
  callback_id: "drain_outbox",
  title: "Do the bridge's work in Slack",
  description: "Fetches due work from the bridge: rooms, messages, approval cards",
  source_file: "slack-app/functions/drain_outbox/mod.ts",
  input_parameters: { properties: {}, required: [] },
  output_parameters: { properties: { ...CARD_OUTPUTS.properties }, required: ["done", "failed"] },
});
