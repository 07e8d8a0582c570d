import { StepAddNote } from "../functions/step_add_note/definition.ts";
import { StepAssignRole } from "../functions/step_assign_role/definition.ts";
import { StepDeclareIncident } from "../functions/step_declare_incident/definition.ts";
import { StepGetIncident } from "../functions/step_get_incident/definition.ts";
import { StepRequestUpdate } from "../functions/step_request_update/definition.ts";
import { StepSetChecklistItem } from "../functions/step_set_checklist_item/definition.ts";

/** What the authors of workflows find in Workflow Builder. They request; people grant. */
export const STEPS = [
  StepDeclareIncident,
  StepGetIncident,
  StepAddNote,
  StepRequestUpdate,
  StepSetChecklistItem,
  StepAssignRole,
] as const;
