import { PUBLIC_STATUSES } from "../../../shared/vocabulary.ts";
import { type StepContext, sendStep } from "../../steps/step.ts";

/** Asks the room for a customer update. Its text is written and approved there. */
export async function requestUpdateByStep(
  context: StepContext<{ incident_id: string; status: string; impact: string }>,
) {
  const { incident_id: incidentId, status: given, impact } = context.inputs;
  const status = PUBLIC_STATUSES.find((known) => known === given);
  if (status === undefined) return { error: `The status must be one of ${PUBLIC_STATUSES.join(", ")}.` };
  return await sendStep(context, { type: "StepRequestStatusUpdate", incidentId, status, impact });
}
