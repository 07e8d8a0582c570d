import { INCIDENT_CLASSES, SEVERITIES } from "../../../shared/vocabulary.ts";
import { type StepContext, sendStep } from "../../steps/step.ts";

/** Declares an incident as the workflow it runs in. */
export async function declareByStep(
  context: StepContext<{ title: string; service: string; severity: string; incident_class?: string }>,
) {
  const { title, service, severity: given, incident_class: named } = context.inputs;
  const severity = SEVERITIES.find((known) => known === given);
  if (severity === undefined) return { error: `The severity must be one of ${SEVERITIES.join(", ")}.` };
  const incidentClass = INCIDENT_CLASSES.find((known) => known === named);
  if (named && incidentClass === undefined)
    return { error: `The class must be one of ${INCIDENT_CLASSES.join(", ")}.` };
  return await sendStep(context, {
    type: "StepDeclareIncident",
    title,
    service,
    severity,
    ...(incidentClass ? { class: incidentClass } : {}),
  });
}
