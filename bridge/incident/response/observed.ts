import type { ObservedFact } from "../../runbooks/observed-facts.ts";
import type { Incident } from "../state.ts";

/** What the incident's own entries show. Nobody can tick or untick these. */
const FACTS: Readonly<Record<ObservedFact, (state: Incident) => boolean>> = {
  "room-opened": ({ roomOpenedAt }) => roomOpenedAt !== undefined,
  "command-taken": ({ commander, firstCommander }) => (commander ?? firstCommander) !== undefined,
  "responders-in-room": ({ steps, responders }) =>
    steps.invite?.ok === true &&
    (responders?.people ?? []).some(({ userId }) => !steps.invite?.notInvited.some((one) => one.userId === userId)),
  // The label of an alert alone does not count.
  "severity-confirmed": ({ response, opened }) => response.severityBy !== undefined || opened?.origin === "person",
  "draft-shown": ({ drafts, response }) =>
    response.publicUpdateWaived !== undefined ||
    // A holding statement that only waits is nobody's word to customers.
    [...drafts.values()].some(
      (draft) => draft.showings > 0 && (draft.request.by !== null || draft.state === "PUBLISHED"),
    ),
  "update-published": ({ public: shown, response }) => shown !== undefined || response.publicUpdateWaived !== undefined,
  "postmortem-filed": ({ postmortem }) => postmortem.filed !== undefined,
  "alerts-recorded": ({ opened }) => opened !== undefined,
  "context-gathered": ({ context }) => context !== undefined,
  "alerts-quiet": ({ alerts }) => alerts.state === "resolved" || alerts.state === "none",
  "page-accounted-for": ({ unmatched, drafts }) =>
    [...unmatched.values()].every(({ attestedBy }) => attestedBy !== undefined) &&
    [...drafts.values()].every(({ twin }) => twin === undefined),
};

export const observes = (state: Incident, fact: ObservedFact): boolean => FACTS[fact](state);
