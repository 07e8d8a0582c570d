import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { INCIDENT_ID, INCIDENT_OUTPUT } from "../../steps/parameters.ts";

export const StepGetIncident = DefineFunction({
  callback_id: "step_get_incident",
  title: "Get an incident",
  description: "Finds an incident by its id or by its war room and says where it stands",
  source_file: "slack-app/functions/step_get_incident/mod.ts",
  input_parameters: {
    properties: {
      incident_id: INCIDENT_ID,
      channel: {
        type: Schema.slack.types.channel_id,
        title: "War room",
        description: "Used when no incident id is given",
      },
    },
    required: [],
  },
  output_parameters: {
    properties: {
      ...INCIDENT_OUTPUT.properties,
      title: { type: Schema.types.string, title: "Title", description: "What is wrong" },
      service: { type: Schema.types.string, title: "Service", description: "The service it is about" },
      severity: { type: Schema.types.string, title: "Severity", description: "SEV1 to SEV4" },
      status: { type: Schema.types.string, title: "Status", description: "open, resolved or archived" },
      channel: { type: Schema.slack.types.channel_id, title: "War room", description: "Absent while there is none" },
      commander: { type: Schema.slack.types.user_id, title: "Commander", description: "Absent while nobody is" },
      public_url: { type: Schema.types.string, title: "Public page", description: "What customers read, if anything" },
    },
    required: ["incident_id", "title", "service", "severity", "status"],
  },
});
