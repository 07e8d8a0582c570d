import { PHASES } from "../../../shared/vocabulary.ts";
import { form } from "../../forms/form.ts";
import { incidentFacts, incidentMemory } from "../../forms/incident-facts.ts";
import { checklistBlocks } from "./view.ts";

/** Many ticks, one submission. What the bridge observes by itself is not offered. */
export const checklistForm = form({
  callbackId: "update_checklist",
  title: "Update checklist",
  submit: "Record",
  errorField: "skip_reason",
  load: incidentFacts,
  blocks: checklistBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const skip = submission.picked("skip");
    const confirm = submission.picked("confirm");
    const assign = submission.picked("assign");
    const skipReason = submission.field("skip_reason");
    const assignee = submission.field("assignee");
    const phase = PHASES.find((known) => known === submission.field("phase"));
    const proof = submission.field("proof");
    const attachRunbook = submission.field("attach_runbook");
    const noPublicUpdate = submission.field("no_public_update");
    const errors = {
      ...(skip.length > 0 && !skipReason ? { skip_reason: "Say why it is skipped." } : {}),
      ...(assign.length > 0 && !assignee ? { assignee: "Choose who it is assigned to." } : {}),
    };
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    return {
      ok: true,
      command: {
        type: "UpdateChecklist",
        incidentId: memory.incident_id ?? "",
        done: submission.picked("done"),
        skip,
        ...(confirm.length > 0 ? { confirm } : {}),
        assign,
        ...(skipReason ? { skipReason } : {}),
        ...(assignee ? { assignee } : {}),
        ...(proof ? { proof } : {}),
        ...(phase ? { phase } : {}),
        ...(attachRunbook ? { attachRunbook } : {}),
        ...(noPublicUpdate ? { noPublicUpdate } : {}),
      },
    };
  },
});
