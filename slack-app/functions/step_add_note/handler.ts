import { type StepContext, sendStep } from "../../steps/step.ts";

/** Keeps a workflow's words in the record. */
export const noteByStep = async (context: StepContext<{ incident_id: string; note: string }>) =>
  await sendStep(context, {
    type: "StepAddNote",
    incidentId: context.inputs.incident_id,
    words: context.inputs.note,
  });
