import { LIMITS } from "../../../shared/limits.ts";
import type { Outcome } from "../../../shared/vocabulary.ts";
import { composeContent, contentHash, normaliseText, textRefusal } from "../../publish-gate/content.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf, IncidentEvent } from "../events.ts";
import { isFinal } from "../evolve-draft.ts";
import { openChecks, openHolds } from "../response/checks.ts";
import { BUSY, customersKnow, type Incident } from "../state.ts";
import { type GateWish, overridden, overrideBasis, passGate } from "./gate-checks.ts";
import { phaseMoved } from "./phase.ts";

export interface ResolveIncidentInput {
  actor: string;
  outcome: Outcome;
  summary: string;
  duplicateOf: string | undefined;
  /** What proves checks of the gate, and why the others are gone past. */
  gate?: Pick<GateWish, "exec" | "proofs" | "overrideReason">;
  /** What customers should read last, and the id of the draft that will hold it. */
  publicText?: { draftId: string; text: string } | undefined;
}

/** Ends the incident once its gate is passed. The state flips first; postmortem, closing message and archiving follow from it. */
export function resolveIncident(state: Incident, input: ResolveIncidentInput): Decision {
  if (state.status === "none") return notOpen(state.status);
  if (state.status !== "open") return refuse("already-resolved", "This incident is already resolved.");
  if (state.commander !== undefined && state.commander !== input.actor) {
    return (
      executiveWord(state, input) ??
      refuse("not-commander", `Only the commander can resolve; that is <@${state.commander}>.`)
    );
  }
  const busy = [...state.drafts.values()].find((draft) => BUSY.includes(draft.state));
  if (busy) {
    return refuse(
      "publish-under-way",
      "A customer update is being published; wait until its card says how that ended, then resolve.",
    );
  }
  return input.outcome === "resolved" ? throughTheGate(state, input) : discarded(state, input);
}

/**
 * An executive who fills in the form resolves nothing: their reason settles the checks that wait for one, and the commander
 * closes. Undefined where nothing waits for their word.
 */
function executiveWord(state: Incident, { actor, outcome, gate = NOTHING_OFFERED }: ResolveIncidentInput) {
  const { exec, overrideReason: reason } = gate;
  if (!exec || reason === undefined || outcome !== "resolved") return undefined;
  const events = openChecks(state).flatMap((check) => {
    const basis = overrideBasis(state, check, { actor, exec });
    return basis === "exec" ? [overridden(check, { by: actor, basis, reason })] : [];
  });
  return events.length === 0 ? undefined : happened(...events);
}

/** Not an incident, or one that another already tells: no gate, because nothing was claimed and nothing is held. */
function discarded(state: Incident, input: ResolveIncidentInput): Decision {
  if (customersKnow(state)) {
    return refuse("already-public", "Customers have been told about this, so it can only be resolved, not discarded.");
  }
  const holds = openHolds(state);
  if (holds.length > 0) {
    const what = holds.map(({ check }) => `"${check.check}"`).join(", ");
    return refuse("hold-open", `This cannot be discarded while a check is open that holds it: ${what}.`);
  }
  if (input.outcome === "duplicate" && (input.duplicateOf === undefined || input.duplicateOf === state.id)) {
    return refuse("duplicate-of-what", "Name the other incident that this one duplicates.");
  }
  const duplicateOf = input.outcome === "duplicate" ? (input.duplicateOf ?? null) : null;
  return happened(
    { type: "IncidentResolved", outcome: input.outcome, summary: input.summary, duplicateOf },
    ...cancelled(state),
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

const NOTHING_OFFERED = { exec: false, proofs: [], overrideReason: undefined };

function throughTheGate(state: Incident, input: ResolveIncidentInput): Decision {
  const { actor, summary, gate = NOTHING_OFFERED, publicText } = input;
  const passed = passGate(state, { actor, ...gate });
  if (!passed.ok) return passed.decision;
  const proposed = publicText && proposeResolved(state, { ...publicText, by: actor });
  if (proposed && !proposed.ok) return proposed.decision;
  const { phase, attached } = state.response;
  const moved = phase === "review" || attached.length === 0 ? [] : [phaseMoved(state, "review", actor)];
  return happened(
    ...passed.events,
    ...moved,
    ...(proposed?.events ?? []),
    { type: "IncidentResolved", outcome: "resolved", summary, duplicateOf: null },
    ...(customersKnow(state) ? [] : cancelled(state)),
  );
}

/** The last public words, to be approved like any others. Without a public incident that is open there is nothing to propose. */
function proposeResolved(
  state: Incident,
  { draftId, text, by }: { draftId: string; text: string; by: string },
): { ok: true; events: IncidentEvent[] } | { ok: false; decision: Decision } {
  const { public: shown } = state;
  if (!shown || shown.status === "resolved") return { ok: true, events: [] };
  const before = [...state.drafts.values()].findLast(({ content }) => content !== undefined)?.content;
  if (!before) return { ok: true, events: [] };
  const body = normaliseText(text);
  const refusal = textRefusal(shown.title, body);
  if (refusal) return { ok: false, decision: refuse("text-refused", refusal) };
  const components = Object.keys(before.components).map((id) => ({ id, status: "operational" as const }));
  const content = composeContent({
    pageId: before.pageId,
    incidentId: state.id,
    draftId,
    version: 1,
    target: { id: shown.targetId, rev: shown.rev },
    title: shown.title,
    status: "resolved",
    body,
    components,
    notify: before.notify,
  });
  const superseded = [...state.drafts.values()]
    .filter((draft) => !isFinal(draft))
    .map(
      (draft): IncidentEvent => ({
        type: "DraftSuperseded",
        draftId: draft.draftId,
        version: draft.version,
        byDraftId: draftId,
      }),
    );
  const requested: IncidentEvent = {
    type: "StatusUpdateRequested",
    draftId,
    status: "resolved",
    impact: body.slice(0, LIMITS.impact).toWellFormed(),
    components,
    notify: before.notify,
    by,
  };
  const drafted: IncidentEvent = {
    type: "DraftProposed",
    draftId,
    version: 1,
    content,
    contentHash: contentHash(content),
    author: { kind: "human", userId: by, note: null },
  };
  return { ok: true, events: [...superseded, requested, drafted] };
}

/** Writes the issue id down before the first call to the tracker, so that a repeat finds the same issue. */
export function reservePostmortem(state: Incident, { issueId }: { issueId: string }): Decision {
  return state.postmortem.issueId === undefined ? happened({ type: "PostmortemReserved", issueId }) : nothingNew;
}

/** The first draft is the one that is filed. */
export function recordPostmortemDraft(state: Incident, drafted: Omit<EventOf<"PostmortemDrafted">, "type">): Decision {
  return state.postmortem.drafted || state.postmortem.filed
    ? nothingNew
    : happened({ type: "PostmortemDrafted", ...drafted });
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
