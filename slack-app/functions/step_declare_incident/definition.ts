import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { INCIDENT_CLASSES, SEVERITIES } from "../../../shared/vocabulary.ts";
import { INCIDENT_OUTPUT } from "../../steps/parameters.ts";

export const StepDeclareIncident = DefineFunction({
  callback_id: "step_declare_incident",
  title: "Declare an incident",
  description: "Opens an incident; SEV1 and SEV2 get a war room as an alert would",
  source_file: "slack-app/functions/step_declare_incident/mod.ts",
  input_parameters: {
    properties: {
      title: { type: Schema.types.string, title: "Title", description: "What is wrong, in a few words" },
      service: { type: Schema.types.string, title: "Service", description: "Its name in services.yaml" },
      severity: {
        type: Schema.types.string,
        title: "Severity",
        description: "SEV1 is the most severe",
        enum: [...SEVERITIES],
      },
      incident_class: {
        type: Schema.types.string,
        title: "Class",
        description: "Decides how many people approve customer updates",
        enum: [...INCIDENT_CLASSES],
      },
    },
    required: ["title", "service", "severity"],
  },
  output_parameters: { properties: { ...INCIDENT_OUTPUT.properties }, required: ["incident_id"] },
});
