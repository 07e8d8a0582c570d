import { DefineFunction, Schema } from "deno-slack-sdk/mod.ts";
import { INCIDENT_ID, INCIDENT_OUTPUT } from "../../steps/parameters.ts";

export const StepSetChecklistItem = DefineFunction({
  callback_id: "step_set_checklist_item",
  title: "Report a checklist item as done",
  description: "Tells the room that an item is done, and what shows it; a person ticks it",
  source_file: "slack-app/functions/step_set_checklist_item/mod.ts",
  input_parameters: {
    properties: {
      incident_id: INCIDENT_ID,
      item: { type: Schema.types.string, title: "Item", description: "As /incident-response checklist names it" },
      proof: { type: Schema.types.string, title: "Proof", description: "A link or a sentence; at most 500 characters" },
    },
    required: ["incident_id", "item"],
  },
  output_parameters: { properties: { ...INCIDENT_OUTPUT.properties }, required: ["incident_id"] },
});
