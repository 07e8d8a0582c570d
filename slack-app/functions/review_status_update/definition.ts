import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";
import { CARD_OUTPUTS } from "../card/outputs.ts";

export const ReviewStatusUpdate = DefineFunction({
  callback_id: "review_status_update",
  title: "Open the current approval card",
  description: "Shows the customer update that waits for approval in this incident",
  source_file: "slack-app/functions/review_status_update/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: { ...CARD_OUTPUTS.properties }, required: ["done", "failed"] },
});
