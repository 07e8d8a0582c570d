import { COMPONENT_STATUSES, PUBLIC_STATUSES } from "../../../shared/vocabulary.ts";
import { form } from "../../forms/form.ts";
import { incidentFacts, incidentMemory } from "../../forms/incident-facts.ts";
import { updateBlocks } from "./view.ts";

/** Asks for a customer update. It grants nothing: the text comes back as a card that somebody has to approve. */
export const statusUpdateForm = form({
  callbackId: "draft_status_update",
  title: "Customer update",
  submit: "Request update",
  errorField: "impact",
  async load(bridge, hints) {
    const loaded = await incidentFacts(bridge, hints);
    if (loaded.kind === "closed" || !loaded.facts.resolved) return loaded;
    // A public incident may outlive ours, and customers must still be told how it ended.
    const { publicStatus, incidentId } = loaded.facts;
    if (publicStatus !== undefined && publicStatus !== "resolved") return loaded;
    return {
      kind: "closed",
      sentence: `${incidentId} is resolved and nothing public is open; there is nothing to update.`,
    };
  },
  blocks: updateBlocks,
  memory: incidentMemory,
  read(submission, memory) {
    const status = PUBLIC_STATUSES.find((known) => known === submission.field("status"));
    const impact = submission.field("impact");
    const component = COMPONENT_STATUSES.find((known) => known === submission.field("component_status"));
    const components = submission.picked("components");
    const errors = {
      ...(status ? {} : { status: "Choose what the page should say." }),
      ...(impact ? {} : { impact: "Say what customers notice." }),
      ...(components.length > 0 && !component ? { component_status: "Choose how these components are." } : {}),
    };
    if (!status || !impact || Object.keys(errors).length > 0) return { ok: false, errors };
    return {
      ok: true,
      command: {
        type: "RequestStatusUpdate",
        incidentId: memory.incident_id ?? "",
        status,
        impact,
        components: component ? components.map((id) => ({ id, status: component })) : [],
        notifySubscribers: submission.picked("notify_subscribers").includes("yes"),
      },
    };
  },
});
