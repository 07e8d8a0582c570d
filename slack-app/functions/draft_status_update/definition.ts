import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const DraftStatusUpdate = DefineFunction({
  callback_id: "draft_status_update",
  title: "Request a customer update",
  description: "Asks for a public update; a person approves the text before customers read it",
  source_file: "slack-app/functions/draft_status_update/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
