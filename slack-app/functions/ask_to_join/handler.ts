import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { askToJoinBlocks } from "./view.ts";

/** Puts a question to the commander; it opens no door by itself. */
export const askToJoinForm = form({
  callbackId: "ask_to_join",
  title: "Ask to join",
  submit: "Ask",
  errorField: "reason",
  load: openIncidentFacts,
  blocks: askToJoinBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const reason = submission.field("reason");
    return {
      ok: true,
      command: { type: "AskToJoin", incidentId: memory.incident_id ?? "", ...(reason ? { reason } : {}) },
    };
  },
});
