import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { FORM_INPUTS } from "../../forms/form-inputs.ts";

export const AcceptJoin = DefineFunction({
  callback_id: "accept_join",
  title: "Let somebody in",
  description: "Lets somebody into the room who asked to join",
  source_file: "slack-app/functions/accept_join/mod.ts",
  input_parameters: {
    properties: { ...FORM_INPUTS.properties, user_id: { type: Schema.types.string, description: "Who asked to join" } },
    required: ["interactivity"],
  },
  output_parameters: { properties: {}, required: [] },
});
