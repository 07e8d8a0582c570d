import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const PageSomeone = DefineFunction({
  callback_id: "page_someone",
  title: "Page someone",
  description: "Pages a person, a schedule or the on-call of a service through OnCall",
  source_file: "slack-app/functions/page_someone/mod.ts",
  input_parameters: {
    properties: {
      ...FORM_INPUTS.properties,
      target: { type: Schema.types.string, description: "Whom the form proposes" },
    },
    required: ["interactivity"],
  },
  output_parameters: { properties: {}, required: [] },
});
