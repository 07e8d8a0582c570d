import type { ChecklistView } from "../../../shared/contracts/views.ts";
import { customersKnow, type Incident } from "../state.ts";

/**
 * The default checklist. Every item shown here is observed in the ledger by the bridge itself, so no tick can be claimed;
 * items that only a person can attest are not listed until there is a form that records them.
 */
export function checklistView(state: Incident): ChecklistView {
  const drafts = [...state.drafts.values()];
  const joined = state.steps.invite?.ok === true && (state.responders?.people.length ?? 0) > 0;
  const items = [
    { text: "War room assembled", done: state.roomOpenedAt !== undefined },
    { text: "Commander confirmed", done: state.commander !== undefined },
    { text: "Responders invited", done: joined },
    { text: "Customer update drafted", done: drafts.some((draft) => draft.version > 0) },
    { text: "Customer update approved and published", done: customersKnow(state) },
    {
      text: "Public incident resolved",
      done: state.public?.status === "resolved",
      ...(customersKnow(state) ? {} : { note: "nothing is public" }),
    },
    { text: "Incident resolved", done: state.status !== "open" },
    { text: "Postmortem filed", done: state.postmortem.filed !== undefined },
  ];
  return { kind: "incident_checklist", incidentId: state.id, title: "Checklist", items };
}
