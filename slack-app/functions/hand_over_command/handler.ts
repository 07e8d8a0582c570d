import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { handOverBlocks } from "./view.ts";

/** Offers command to somebody; it changes hands when they take it. */
export const handOverForm = form({
  callbackId: "hand_over_command",
  title: "Hand over command",
  submit: "Offer command",
  errorField: "to",
  load: openIncidentFacts,
  blocks: handOverBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const to = submission.field("to");
    if (!to) return { ok: false, errors: { to: "Choose who should take over." } };
    const note = submission.field("note");
    return {
      ok: true,
      command: { type: "OfferHandover", incidentId: memory.incident_id ?? "", to, ...(note ? { note } : {}) },
    };
  },
});
