import { ROLES } from "../../../shared/vocabulary.ts";
import { type StepContext, sendStep } from "../../steps/step.ts";

/** Proposes somebody for a role. The commander decides. */
export async function assignRoleByStep(context: StepContext<{ incident_id: string; role: string; person: string }>) {
  const { incident_id: incidentId, role: given, person: userId } = context.inputs;
  const role = ROLES.find((known) => known === given);
  if (role === undefined) return { error: `The role must be one of ${ROLES.join(", ")}.` };
  return await sendStep(context, { type: "StepAssignRole", incidentId, role, userId });
}
