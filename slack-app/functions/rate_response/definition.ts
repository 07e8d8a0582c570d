import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const RateResponse = DefineFunction({
  callback_id: "rate_response",
  title: "Rate this response",
  description: "Asks how well this incident was handled, one answer a person",
  source_file: "slack-app/functions/rate_response/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
