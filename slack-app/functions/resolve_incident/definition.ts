import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const ResolveIncident = DefineFunction({
  callback_id: "resolve_incident",
  title: "Close the incident",
  description: "Records how the incident ended and starts what follows from it",
  source_file: "slack-app/functions/resolve_incident/mod.ts",
  input_parameters: {
    properties: {
      ...FORM_INPUTS.properties,
      outcome: {
        type: Schema.types.string,
        description: "How it ended, picked beforehand: resolved, not_an_incident, duplicate",
      },
    },
    required: ["interactivity"],
  },
  output_parameters: { properties: {}, required: [] },
});
