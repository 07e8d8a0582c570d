import type { Outcome } from "../../../shared/vocabulary.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { isFinal } from "../evolve-draft.ts";
import { BUSY, customersKnow, type Incident } from "../state.ts";

export interface ResolveIncidentInput {
  actor: string;
  outcome: Outcome;
  summary: string;
  duplicateOf: string | undefined;
}

/** Ends the incident. The state flips first; postmortem, closing message and archiving follow from it. */
export function resolveIncident(state: Incident, input: ResolveIncidentInput): Decision {
  if (state.status === "none") return notOpen(state.status);
  if (state.status !== "open") return refuse("already-resolved", "This incident is already resolved.");
  if (state.commander !== undefined && state.commander !== input.actor) {
    return refuse("not-commander", `Only the commander can resolve; that is <@${state.commander}>.`);
  }
  const busy = [...state.drafts.values()].find((draft) => BUSY.includes(draft.state));
  if (busy) {
    return refuse(
      "publish-under-way",
      "A customer update is being published; wait until its card says how that ended, then resolve.",
    );
  }
  if (input.outcome !== "resolved" && customersKnow(state)) {
    return refuse("already-public", "Customers have been told about this, so it can only be resolved, not discarded.");
  }
  if (input.outcome === "duplicate" && (input.duplicateOf === undefined || input.duplicateOf === state.id)) {
    return refuse("duplicate-of-what", "Name the other incident that this one duplicates.");
  }
  return happened(
    {
      type: "IncidentResolved",
      outcome: input.outcome,
      summary: input.summary,
      duplicateOf: input.outcome === "duplicate" ? (input.duplicateOf ?? null) : null,
    },
    ...(customersKnow(state) ? [] : cancelled(state)),
  );
}

/** Customers were never told of it, so what waits to be their first word about it is not published any more. */
const cancelled = ({ drafts }: Incident): EventOf<"DraftCancelled">[] =>
  [...drafts.values()]
    .filter((draft) => !isFinal(draft))
    .map(({ draftId, version }) => ({
      type: "DraftCancelled",
      draftId,
      version,
      reason: "the incident is over and customers were never told of it",
    }));

/** Writes the issue id down before the first call to the tracker, so that a repeat finds the same issue. */
export function reservePostmortem(state: Incident, { issueId }: { issueId: string }): Decision {
  return state.postmortem.issueId === undefined ? happened({ type: "PostmortemReserved", issueId }) : nothingNew;
}

export function recordPostmortem(state: Incident, filed: Omit<EventOf<"PostmortemFiled">, "type">): Decision {
  return state.postmortem.filed ? nothingNew : happened({ type: "PostmortemFiled", ...filed });
}

/** Said once; the filing itself is tried again until it succeeds. */
export function recordPostmortemDelay(state: Incident, { reason }: { reason: string }): Decision {
  return state.postmortem.delayed !== undefined || state.postmortem.filed
    ? nothingNew
    : happened({ type: "PostmortemDelayed", reason });
}
