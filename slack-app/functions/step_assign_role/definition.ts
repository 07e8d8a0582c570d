import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { ROLES } from "../../../shared/vocabulary.ts";
import { INCIDENT_ID, INCIDENT_OUTPUT } from "../../steps/parameters.ts";

export const StepAssignRole = DefineFunction({
  callback_id: "step_assign_role",
  title: "Propose somebody for a role",
  description: "Asks the commander to give a role to somebody; the commander decides",
  source_file: "slack-app/functions/step_assign_role/mod.ts",
  input_parameters: {
    properties: {
      incident_id: INCIDENT_ID,
      role: { type: Schema.types.string, title: "Role", description: "Roles carry no authority", enum: [...ROLES] },
      person: { type: Schema.slack.types.user_id, title: "Person", description: "Whom to propose" },
    },
    required: ["incident_id", "role", "person"],
  },
  output_parameters: { properties: { ...INCIDENT_OUTPUT.properties }, required: ["incident_id"] },
});
