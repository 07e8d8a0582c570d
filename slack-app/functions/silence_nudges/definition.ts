import { DefineFunction } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const SilenceNudges = DefineFunction({
  callback_id: "silence_nudges",
  title: "Silence reminders",
  description: "Silences the reminders of this room for some minutes, or lets them come again",
  source_file: "slack-app/functions/silence_nudges/mod.ts",
  input_parameters: { properties: { ...FORM_INPUTS.properties }, required: ["interactivity"] },
  output_parameters: { properties: {}, required: [] },
});
