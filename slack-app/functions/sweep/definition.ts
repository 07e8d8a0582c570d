import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { CARD_OUTPUTS } from "../card/outputs.ts";

export const Sweep = DefineFunction({
  callback_id: "sweep",
  title: "Sweep",
  description: "Does on a schedule what a lost doorbell left undone",
  source_file: "slack-app/functions/sweep/mod.ts",
  input_parameters: { properties: {}, required: [] },
  output_parameters: { properties: { ...CARD_OUTPUTS.properties }, required: ["done", "failed"] },
});
