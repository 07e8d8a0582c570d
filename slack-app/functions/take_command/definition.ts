import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const TakeCommand = DefineFunction({
  callback_id: "take_command",
  title: "Take command",
  description: "Makes you the commander of this incident, or accepts command handed to you",
  source_file: "slack-app/functions/take_command/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
