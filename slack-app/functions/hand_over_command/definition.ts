import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const HandOverCommand = DefineFunction({
  callback_id: "hand_over_command",
  title: "Hand over command",
  description: "Offers command of this incident to another person",
  source_file: "slack-app/functions/hand_over_command/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
