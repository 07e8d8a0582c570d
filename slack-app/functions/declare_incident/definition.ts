import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const DeclareIncident = DefineFunction({
  callback_id: "declare_incident",
  title: "Declare an incident",
  description: "Opens an incident with a war room by hand",
  source_file: "slack-app/functions/declare_incident/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
