import { type StepContext, sendStep } from "../../steps/step.ts";

/** Tells the room that an item is done. The tick is a person's. */
export async function setItemByStep(context: StepContext<{ incident_id: string; item: string; proof?: string }>) {
  const { incident_id: incidentId, item, proof } = context.inputs;
  return await sendStep(context, { type: "StepSetChecklistItem", incidentId, item, ...(proof ? { proof } : {}) });
}
