import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";

/** The links stand on the issue that is filed now. */
export const recordLinked = (state: Incident, linked: Omit<EventOf<"PostmortemLinked">, "type">): Decision =>
  state.postmortem.filed?.issueId !== linked.issueId || state.postmortem.linked
    ? nothingNew
    : happened({ type: "PostmortemLinked", ...linked });

/** How the issue ended, or that it did not in the time it was watched; once. */
export const recordReviewed = (state: Incident, seen: Omit<EventOf<"PostmortemReviewed">, "type">): Decision =>
  state.postmortem.filed?.issueId !== seen.issueId || state.postmortem.reviewed
    ? nothingNew
    : happened({ type: "PostmortemReviewed", ...seen });
