import { SEVERITIES } from "../../../shared/vocabulary.ts";
import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { severityBlocks } from "./view.ts";

/** Raises, lowers or confirms. Who may do which is for the bridge to say. */
export const severityForm = form({
  callbackId: "change_severity",
  title: "Change severity",
  submit: "Record",
  errorField: "severity",
  load: openIncidentFacts,
  blocks: severityBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const severity = SEVERITIES.find((known) => known === submission.field("severity"));
    const reason = submission.field("reason");
    const errors = {
      ...(severity ? {} : { severity: "Choose a severity." }),
      ...(reason ? {} : { reason: "Say why." }),
    };
    if (!severity || !reason) return { ok: false, errors };
    return {
      ok: true,
      command: { type: "ChangeSeverity", incidentId: memory.incident_id ?? "", severity, reason },
    };
  },
});
