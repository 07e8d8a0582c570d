import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { PUBLIC_STATUSES } from "../../../shared/vocabulary.ts";
import { INCIDENT_ID, INCIDENT_OUTPUT } from "../../steps/parameters.ts";

export const StepRequestUpdate = DefineFunction({
  callback_id: "step_request_update",
  title: "Request a status update",
  description: "Asks the people in the room to tell customers something; they write and approve it",
  source_file: "slack-app/functions/step_request_update/mod.ts",
  input_parameters: {
    properties: {
      incident_id: INCIDENT_ID,
      status: {
        type: Schema.types.string,
        title: "Status",
        description: "What the status page should say",
        enum: [...PUBLIC_STATUSES],
      },
      impact: { type: Schema.types.string, title: "What customers notice", description: "At most 2,000 characters" },
    },
    required: ["incident_id", "status", "impact"],
  },
  output_parameters: { properties: { ...INCIDENT_OUTPUT.properties }, required: ["incident_id"] },
});
