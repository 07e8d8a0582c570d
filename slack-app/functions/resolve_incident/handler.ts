import * as z from "zod/mini";
import { IncidentId } from "../../../shared/contracts/ids.ts";
import { OUTCOMES } from "../../../shared/vocabulary.ts";
import { form } from "../../forms/form.ts";
import { incidentMemory, openIncidentFacts } from "../../forms/incident-facts.ts";
import { PROOF, resolveBlocks } from "./view.ts";

/** Closes the incident: resolved, no incident at all, or a duplicate of another one. */
export const resolveForm = form({
  callbackId: "resolve_incident",
  title: "Close the incident",
  submit: "Close incident",
  errorField: "summary",
  load: openIncidentFacts,
  blocks: resolveBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const summary = submission.field("summary");
    const chosen = submission.field("outcome");
    const outcome = OUTCOMES.find((known) => known === (chosen ?? "resolved"));
    const overrideReason = submission.field("override_reason");
    const publicText = submission.field("public_text");
    const proofs = Object.keys(submission.values).flatMap((name) => {
      const proof = name.startsWith(PROOF) ? submission.field(name) : undefined;
      return proof ? [{ key: name.slice(PROOF.length), proof }] : [];
    });
    const duplicate = submission.field("duplicate_of")?.trim();
    const duplicateOf = duplicate === undefined ? undefined : z.safeParse(IncidentId, duplicate);
    const errors = {
      ...(summary ? {} : { summary: "Say in a sentence or two what happened." }),
      ...(outcome ? {} : { outcome: "Choose how it ended." }),
      ...(duplicateOf && !duplicateOf.success
        ? { duplicate_of: `"${duplicate?.slice(0, 40)}" is no incident id; one looks like INC-20261121-0914-K9ZP.` }
        : {}),
      ...(outcome === "duplicate" && !duplicateOf ? { duplicate_of: "Say which incident this one duplicates." } : {}),
    };
    if (!summary || !outcome || Object.keys(errors).length > 0) return { ok: false, errors };
    return {
      ok: true,
      command: {
        type: "ResolveIncident",
        incidentId: memory.incident_id ?? "",
        summary,
        outcome,
        ...(proofs.length > 0 ? { proofs } : {}),
        ...(overrideReason ? { overrideReason } : {}),
        ...(publicText && outcome === "resolved" ? { publicText } : {}),
        ...(outcome === "duplicate" && duplicateOf?.success ? { duplicateOf: duplicateOf.data } : {}),
      },
    };
  },
});
