import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { pageBlocks } from "./view.ts";

/** Asks the bridge to page somebody. Who a name means, the bridge says; a wrong one comes back with the nearest right one. */
export const pageForm = form({
  callbackId: "page_someone",
  title: "Page someone",
  submit: "Page",
  errorField: "target",
  load: openIncidentFacts,
  blocks: pageBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const target = submission.field("target");
    if (!target) return { ok: false, errors: { target: "Say whom to page." } };
    const message = submission.field("message");
    return {
      ok: true,
      command: {
        type: "PageSomeone",
        incidentId: memory.incident_id ?? "",
        target,
        ...(message ? { message } : {}),
        important: submission.picked("important").includes("yes"),
      },
    };
  },
});
