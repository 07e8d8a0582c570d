import { form } from "../../forms/form.ts";
import { incidentFacts, incidentMemory } from "../../forms/incident-facts.ts";
import { rateBlocks } from "./view.ts";

/** One answer a person, after the end. */
export const rateForm = form({
  callbackId: "rate_response",
  title: "Rate this response",
  submit: "Rate",
  errorField: "score",
  load: incidentFacts,
  blocks: rateBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const score = Number(submission.field("score"));
    const comment = submission.field("comment");
    if (!Number.isInteger(score)) return { ok: false, errors: { score: "Choose from 1 to 5." } };
    return {
      ok: true,
      command: {
        type: "RateResponse",
        incidentId: memory.incident_id ?? "",
        score,
        ...(comment ? { comment } : {}),
      },
    };
  },
});
