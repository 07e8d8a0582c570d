import type { Instant } from "../../platform/clock.ts";
import { type ApproverFacts, authorityOf } from "../../publish-gate/approver.ts";
import { type Decision, happened, nothingNew, refuse } from "../decision.ts";
import type { EventOf, IncidentEvent } from "../events.ts";
import type { Draft, Incident } from "../state.ts";
import { busyDraft } from "./drafts.ts";

/** An approval that ends within this margin is not started on: the call itself takes time. */
export const EXPIRY_MARGIN_MS = 2_000;
export const PUBLISH_LEASE_MS = 30_000;

export interface StartPublish {
  draftId: string;
  attemptId: string;
  owner: string;
  ourTeam: string;
  /** Looked up again for this claim. */
  facts: ApproverFacts;
}

/** The claim. Whoever's entry lands next in the stream owns the attempt; an edit or expiry that landed first refuses it. */
export function startPublish(state: Incident, claim: StartPublish, now: Instant): Decision {
  const draft = state.drafts.get(claim.draftId);
  if (draft?.state !== "APPROVED" || !draft.approval || draft.contentHash === undefined) {
    return refuse("not-approved", "The draft is not approved.");
  }
  const { approval } = draft;
  if (approval.version !== draft.version || approval.contentHash !== draft.contentHash) {
    return refuse("approval-of-other-text", "The approval is of another text.");
  }
  if (now + EXPIRY_MARGIN_MS >= approval.expiresAt) return refuse("approval-expired", "The approval has expired.");
  if (draft.notBefore !== undefined && now < draft.notBefore) return refuse("too-early", "The page asked to wait.");
  if (busyDraft(state, draft.draftId)) return refuse("another-draft-busy", "Another update is on its way.");
  const { draftId, version } = draft;
  const authority = authorityOf(state, approval.by, claim.facts, claim.ourTeam, now);
  if (authority.kind === "denied") {
    // A failed lookup proves nothing either way: the approval stands and the claim is tried again.
    if (authority.reason === "lookup-failed") return refuse("lookup-failed", "The approver could not be looked up.");
    return happened({ type: "ApprovalVoided", draftId, version, approvalId: approval.approvalId, reason: "role-lost" });
  }
  return happened({
    type: "PublishStarted",
    draftId,
    version,
    attemptId: claim.attemptId,
    n: draft.attempts + 1,
    approvalIds: [approval.approvalId],
    contentHash: draft.contentHash,
    owner: claim.owner,
    leaseUntil: new Date(now + PUBLISH_LEASE_MS).toISOString(),
  });
}

type Outcome = EventOf<"PublishDeferred" | "PublishSucceeded" | "PublishFailed" | "PublishOutcomeUnknown">;

/** What became of an attempt, told by whoever made it. A late answer to a settled attempt changes nothing. */
export function recordPublishOutcome(state: Incident, outcome: Outcome): Decision {
  const draft = state.drafts.get(outcome.draftId);
  if (!draft) return refuse("draft-unknown", "There is no such draft.");
  if (draft.attempt?.attemptId !== outcome.attemptId) return refuse("other-attempt", "Another attempt is under way.");
  const open = outcome.type === "PublishSucceeded" ? ["PUBLISHING", "UNKNOWN", "NEEDS_HUMAN"] : ["PUBLISHING"];
  return open.includes(draft.state) ? happened(outcome) : nothingNew;
}

/** What a look at the page showed of an attempt whose outcome nobody knows. */
export function recordReconciled(state: Incident, seen: Omit<EventOf<"PublishReconciled">, "type">): Decision {
  const draft = state.drafts.get(seen.draftId);
  if (!draft || draft.attempt?.attemptId !== seen.attemptId)
    return refuse("other-attempt", "Another attempt is under way.");
  if (draft.state !== "UNKNOWN" && draft.state !== "NEEDS_HUMAN") return nothingNew;
  if (draft.state === "NEEDS_HUMAN" && seen.result !== "found") return nothingNew;
  return happened({ type: "PublishReconciled", ...seen });
}

/** Ends what time has ended: approvals past their expiry and attempts whose lease ran out without a word. */
export function lapse(
  state: Incident,
  { draftId, settleMs }: { draftId: string; settleMs: number },
  now: Instant,
): Decision {
  const draft = state.drafts.get(draftId);
  const events: IncidentEvent[] = draft ? lapsed(draft, settleMs, now) : [];
  return events.length > 0 ? happened(...events) : nothingNew;
}

function lapsed(draft: Draft, settleMs: number, now: Instant): IncidentEvent[] {
  const { draftId, version, approval, attempt } = draft;
  if (draft.state === "APPROVED" && approval && now >= approval.expiresAt) {
    return [{ type: "ApprovalExpired", draftId, version, approvalId: approval.approvalId }];
  }
  if (draft.state === "PUBLISHING" && attempt && now >= attempt.leaseUntil) {
    return [
      {
        type: "PublishOutcomeUnknown",
        draftId,
        version,
        attemptId: attempt.attemptId,
        reason: "whoever was publishing stopped without saying how it ended",
        lookAfter: new Date(now + settleMs).toISOString(),
      },
    ];
  }
  return [];
}
