import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const UpdateChecklist = DefineFunction({
  callback_id: "update_checklist",
  title: "Update the checklist",
  description: "Ticks, skips and assigns what the runbook asks for, and moves the phase",
  source_file: "slack-app/functions/update_checklist/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
