import { isFinal } from "../incident/evolve-draft.ts";
import { customersKnow, type Incident } from "../incident/state.ts";
import { currentDraft } from "../incident/views/draft-view.ts";

/** What somebody who asks for help most likely has to do next, most urgent first. */
export const SITUATIONS = ["elsewhere", "over", "unled", "waiting", "untold", "under-way"] as const;
export type Situation = (typeof SITUATIONS)[number];

/** The one that counts where help was asked for. */
export function situationOf(incident: Incident | undefined): Situation {
  if (incident === undefined || incident.status === "none") return "elsewhere";
  if (incident.status !== "open") return "over";
  if (incident.commander === undefined) return "unled";
  const draft = currentDraft(incident);
  if (draft?.content !== undefined && !isFinal(draft)) return "waiting";
  return customersKnow(incident) ? "under-way" : "untold";
}

export const SITUATION_WORDS: Record<Situation, string> = {
  elsewhere: "This is not a war room",
  over: "The incident is over",
  unled: "Nobody has command yet",
  waiting: "A customer update waits for approval",
  untold: "Customers have been told nothing yet",
  "under-way": "The incident is under way",
};
