import type { Instant } from "../../platform/clock.ts";
import { type ApproverFacts, authorityOf } from "../../publish-gate/approver.ts";
import { type ApprovalPolicy, approvalsNeeded } from "../../publish-gate/policy.ts";
import { type Decision, happened, nothingNew, refuse } from "../decision.ts";
import type { EventOf, IncidentEvent } from "../events.ts";
import type { Draft, Incident } from "../state.ts";
import { effectivePolicy, type TextScan } from "./approve.ts";
import { busyDraft } from "./drafts.ts";

/** An approval that ends within this margin is not started on: the call itself takes time. */
export const EXPIRY_MARGIN_MS = 2_000;
export const PUBLISH_LEASE_MS = 30_000;

export interface StartPublish {
  draftId: string;
  attemptId: string;
  owner: string;
  ourTeam: string;
  /** The grants and the text that whoever claims has looked at: facts and scan are of these. */
  approvalIds: readonly string[];
  contentHash: string;
  /** Every approver, looked up again for this claim. */
  facts: ReadonlyMap<string, ApproverFacts>;
  configuredPolicy: ApprovalPolicy | "default";
  /** The same scan as at the click, made again of the same text. */
  scan: TextScan;
}

/** The claim. Whoever's entry lands next in the stream owns the attempt; an edit or expiry that landed first refuses it. */
export function startPublish(state: Incident, claim: StartPublish, now: Instant): Decision {
  const draft = state.drafts.get(claim.draftId);
  if (draft?.state !== "APPROVED" || draft.approvals.length === 0 || draft.contentHash === undefined) {
    return refuse("not-approved", "The draft is not approved.");
  }
  const { approvals, contentHash } = draft;
  const others =
    claim.contentHash !== contentHash ||
    claim.approvalIds.length !== approvals.length ||
    approvals.some(({ approvalId }) => !claim.approvalIds.includes(approvalId));
  if (
    others ||
    approvals.some((approval) => approval.version !== draft.version || approval.contentHash !== contentHash)
  ) {
    return refuse("approval-of-other-text", "The approval is of another text.");
  }
  if (approvals.some((approval) => now + EXPIRY_MARGIN_MS >= approval.expiresAt)) {
    return refuse("approval-expired", "The approval has expired.");
  }
  if (draft.notBefore !== undefined && now < draft.notBefore) return refuse("too-early", "The page asked to wait.");
  if (busyDraft(state, draft.draftId)) return refuse("another-draft-busy", "Another update is on its way.");
  // Whatever became public meanwhile, and wherever: a text written as the first word would be a second public incident.
  if (state.publicUnread || (draft.content?.targetId === null && state.public)) {
    return refuse("public-meanwhile", "Customers have been told something since this text was written.");
  }
  const { draftId, version } = draft;
  const unfounded = groundsGone(state, draft, claim, now);
  // A failed lookup proves nothing either way: the approval stands and the claim is tried again.
  if (unfounded === "lookup-failed") return refuse("lookup-failed", "An approver could not be looked up.");
  if (unfounded) {
    return happened(
      ...approvals.map(({ approvalId }) => ({
        type: "ApprovalVoided" as const,
        draftId,
        version,
        approvalId,
        reason: unfounded,
      })),
    );
  }
  return happened({
    type: "PublishStarted",
    draftId,
    version,
    attemptId: claim.attemptId,
    n: draft.attempts + 1,
    approvalIds: approvals.map(({ approvalId }) => approvalId),
    contentHash,
    owner: claim.owner,
    leaseUntil: new Date(now + PUBLISH_LEASE_MS).toISOString(),
  });
}

/** Why the grants no longer carry: a role lost, a policy that now asks for more, or a text that the scan no longer passes. */
function groundsGone(
  state: Incident,
  draft: Draft,
  claim: StartPublish,
  now: Instant,
): "lookup-failed" | "role-lost" | "policy-stricter" | undefined {
  const authorities = draft.approvals.map(({ by }) =>
    authorityOf(state, by, claim.facts.get(by) ?? { kind: "unavailable", why: "not looked up" }, claim.ourTeam, now),
  );
  if (authorities.some((authority) => authority.kind === "denied" && authority.reason === "lookup-failed"))
    return "lookup-failed";
  if (authorities.some((authority) => authority.kind === "denied")) return "role-lost";
  const policy = effectivePolicy(state, draft, claim.configuredPolicy);
  const people = new Set(draft.approvals.map(({ by }) => by));
  const byAuthor = policy !== "off" && draft.author?.userId != null && people.has(draft.author.userId);
  if (people.size < approvalsNeeded(policy) || byAuthor) return "policy-stricter";
  const unticked = claim.scan.findings.some(({ id }) => !Object.hasOwn(draft.acknowledged, id));
  return claim.scan.blockers.length > 0 || unticked ? "policy-stricter" : undefined;
}

type Outcome = EventOf<"PublishDeferred" | "PublishSucceeded" | "PublishFailed" | "PublishOutcomeUnknown">;

/** What became of an attempt, told by whoever made it. A late answer to a settled attempt changes nothing. */
export function recordPublishOutcome(state: Incident, outcome: Outcome): Decision {
  const draft = state.drafts.get(outcome.draftId);
  if (!draft) return refuse("draft-unknown", "There is no such draft.");
  if (draft.attempt?.attemptId !== outcome.attemptId) return refuse("other-attempt", "Another attempt is under way.");
  if (outcome.type !== "PublishSucceeded") return draft.state === "PUBLISHING" ? happened(outcome) : nothingNew;
  if (["PUBLISHING", "UNKNOWN", "NEEDS_HUMAN"].includes(draft.state)) return happened(outcome);
  // The first attempt's answer comes while somebody has approved a second: it is public, so nothing more may be sent.
  return awaitsRepeat(draft) ? happened(...endGrants(draft), outcome) : nothingNew;
}

/** Approved, in part or whole, to send once more what an earlier attempt of this version may have sent. */
const awaitsRepeat = (draft: Draft): boolean =>
  (draft.state === "APPROVED" || draft.state === "PARTIAL") && draft.attempt?.version === draft.version;

const endGrants = ({ draftId, version, approvals }: Draft): IncidentEvent[] =>
  approvals.map(({ approvalId }) => ({
    type: "ApprovalVoided",
    draftId,
    version,
    approvalId,
    reason: "target-changed",
  }));

/** What a look at the page showed of an attempt whose outcome nobody knows. */
export function recordReconciled(state: Incident, seen: Omit<EventOf<"PublishReconciled">, "type">): Decision {
  const draft = state.drafts.get(seen.draftId);
  if (!draft || draft.attempt?.attemptId !== seen.attemptId)
    return refuse("other-attempt", "Another attempt is under way.");
  // An attempt that looks before it sends may find what an earlier one has sent; it cannot count absences.
  const expected = {
    UNKNOWN: ["found", "absent", "conflict"],
    NEEDS_HUMAN: ["found"],
    PUBLISHING: ["found", "conflict"],
  };
  const open = (expected as Partial<Record<Draft["state"], string[]>>)[draft.state] ?? [];
  return open.includes(seen.result) ? happened({ type: "PublishReconciled", ...seen }) : nothingNew;
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
  const { draftId, version, approvals, attempt } = draft;
  if (draft.state === "APPROVED" || draft.state === "PARTIAL") {
    // Two people's grants carry a text together, so they end together, and both are told.
    const over = approvals.some(({ expiresAt }) => now >= expiresAt);
    return over ? approvals.map(({ approvalId }) => ({ type: "ApprovalExpired", draftId, version, approvalId })) : [];
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
