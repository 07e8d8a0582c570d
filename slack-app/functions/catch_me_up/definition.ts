import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const CatchMeUp = DefineFunction({
  callback_id: "catch_me_up",
  title: "Catch me up",
  description: "Shows you alone where an incident stands and what has happened",
  source_file: "slack-app/functions/catch_me_up/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
