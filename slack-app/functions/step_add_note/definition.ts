import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { INCIDENT_ID, INCIDENT_OUTPUT } from "../../steps/parameters.ts";

export const StepAddNote = DefineFunction({
  callback_id: "step_add_note",
  title: "Add a note to the timeline",
  description: "Keeps words in the record of an incident, as a workflow's",
  source_file: "slack-app/functions/step_add_note/mod.ts",
  input_parameters: {
    properties: {
      incident_id: INCIDENT_ID,
      note: { type: Schema.types.string, title: "Note", description: "What happened; at most 2,000 characters" },
    },
    required: ["incident_id", "note"],
  },
  output_parameters: { properties: { ...INCIDENT_OUTPUT.properties }, required: ["incident_id"] },
});
