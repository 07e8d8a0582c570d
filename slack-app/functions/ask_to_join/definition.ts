import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const AskToJoin = DefineFunction({
  callback_id: "ask_to_join",
  title: "Ask to join",
  description: "Asks the commander of an incident to let you into its room",
  source_file: "slack-app/functions/ask_to_join/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
