import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const ChangeSeverity = DefineFunction({
  callback_id: "change_severity",
  title: "Change the severity",
  description: "Raises, lowers or confirms the severity of this incident, with a reason",
  source_file: "slack-app/functions/change_severity/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
