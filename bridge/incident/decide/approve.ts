import type { Instant } from "../../platform/clock.ts";
import { type ApproverFacts, type Authority, authorityOf } from "../../publish-gate/approver.ts";
import { type ApprovalPolicy, approvalsNeeded, policyFor } from "../../publish-gate/policy.ts";
import { type Decision, happened, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Draft, Incident } from "../state.ts";
import { busyDraft } from "./drafts.ts";

/** A card must have stood this long before a click on it counts as having read it. */
export const MIN_SHOWN_MS = 3_000;
/** Denied clicks recorded for one person and draft; further ones are only answered. */
const MAX_DENIALS = 20;

export interface ApproveDraft {
  actor: string;
  ourTeam: string;
  facts: ApproverFacts;
  draftId: string;
  version: number;
  hash16: string;
  channel: string;
  ts: string;
  approvalId: string;
  ttlMs: number;
  /** What services.yaml demands for this service; the class of the incident may demand more. */
  configuredPolicy: ApprovalPolicy | "default";
  /** What the scan of the exact text found: to be edited out, or to be ticked one by one. */
  scan: TextScan;
}

/** What a scan of the text that would be sent found. */
export interface TextScan {
  blockers: readonly string[];
  findings: readonly { id: string; text: string }[];
}

/** The policy that counts for the current version: break-glass lowers it to one person, author included. */
export function effectivePolicy(state: Incident, draft: Draft, configured: ApprovalPolicy | "default"): ApprovalPolicy {
  if (draft.breakGlass) return "off";
  // Behind a record that broke, one person's word about what customers were told is not enough.
  return policyFor(state.opened?.class ?? "default", state.epoch > 1 ? "two-person" : configured);
}

/** Approves one draft version, bound to the hash of the text on the very card that was clicked. */
export function approveDraft(state: Incident, command: ApproveDraft, now: Instant): Decision {
  const draft = state.drafts.get(command.draftId);
  if (!draft?.content || draft.contentHash === undefined)
    return refuse("draft-unknown", "There is no such draft in this incident.");
  // Nothing of an archived incident is ever run again, so an approval would stand for ever.
  if (state.status === "archived")
    return refuse("incident-archived", "This incident is archived, so nothing of it is published any more.");

  const { draftId, version } = draft;
  const deny = (reason: DenialReason): Decision =>
    (draft.denials[command.actor] ?? 0) >= MAX_DENIALS
      ? refuse("denied-too-often", DENIAL_TEXT[reason])
      : happened({ type: "ApprovalDenied", draftId, version, by: command.actor, reason });

  const authority = authorityOf(state, command.actor, command.facts, command.ourTeam, now);
  if (authority.kind === "denied") return deny(authority.reason);
  const stale = staleness(state, draft, command, now);
  if (stale) return deny(stale);
  const policy = effectivePolicy(state, draft, command.configuredPolicy);
  return happened({
    type: "ApprovalGranted",
    draftId,
    version,
    approvalId: command.approvalId,
    policy,
    n: draft.approvals.length + 1,
    of: approvalsNeeded(policy),
    contentHash: draft.contentHash,
    by: command.actor,
    basis: authority.basis,
    selfApproved: draft.author?.userId === command.actor,
    expiresAt: new Date(now + command.ttlMs).toISOString(),
    retryOf: draft.attempt && ["FAILED", "NEEDS_HUMAN"].includes(draft.state) ? draft.attempt.attemptId : null,
  });
}

type DenialReason = EventOf<"ApprovalDenied">["reason"];

/** Why a click by an authorised person does not count: it was not made on the text that would be sent. */
function staleness(state: Incident, draft: Draft, command: ApproveDraft, now: Instant): DenialReason | undefined {
  // First, because an edited draft that no card shows yet is not decided: the click is on its old text.
  if (draft.version !== command.version || draft.contentHash?.slice(0, 16) !== command.hash16) return "stale-version";
  if (!["SHOWN", "PARTIAL", "NEEDS_HUMAN", "FAILED"].includes(draft.state)) return "already-decided";
  if (draft.card?.ts !== command.ts || draft.card.channel !== command.channel) return "stale-message";
  if (now - draft.card.shownAt < MIN_SHOWN_MS) return "too-soon";
  if (command.scan.blockers.length > 0) return "blocked-text";
  if (command.scan.findings.some(({ id }) => !Object.hasOwn(draft.acknowledged, id))) return "findings-open";
  const policy = effectivePolicy(state, draft, command.configuredPolicy);
  if (policy !== "off" && draft.author?.userId === command.actor) return "author";
  // Where one person suffices (break-glass), the half that they gave before is no obstacle.
  const another = approvalsNeeded(policy) > 1;
  if (another && draft.approvals.some(({ by }) => by === command.actor)) return "already-approved";
  if (busyDraft(state, draft.draftId)) return "another-draft-busy";
  return undefined;
}

/** What somebody is told who may not do it, whatever it is. */
export const AUTHORITY_TEXT: Record<Extract<Authority, { kind: "denied" }>["reason"], string> = {
  "not-an-approver":
    "Only the commander of this incident or a member of the approver group can do this. Nothing was changed; ask one of them.",
  "not-a-member": "Guests, bots and people from other workspaces cannot do this. Nothing was changed.",
  "lookup-failed": "Slack could not confirm who you are just now, so nothing was changed. Try again in a moment.",
};

/** What the person who clicked *Approve* is told. */
export const DENIAL_TEXT: Record<DenialReason, string> = {
  "stale-version":
    "This card shows an old version of the text. Nothing was published; read the current card and decide there.",
  "stale-message": "A newer card shows this draft. Nothing was published; decide on the newest card.",
  "not-an-approver":
    "Only the commander of this incident or a member of the approver group can approve. Nothing was published; ask one of them.",
  "not-a-member": "Guests, bots and people from other workspaces cannot approve. Nothing was published.",
  "lookup-failed": "Slack could not confirm who you are just now, so nothing was published. Try again in a moment.",
  "too-soon": "The card has only just appeared. Nothing was published; read the text, then approve.",
  "blocked-text": "The text holds something that must not be public. Nothing was published; edit it first.",
  "already-decided": "This draft has already been decided. Nothing more was published.",
  author: "You wrote this text, so somebody else must approve it. Nothing was published; use *Ask an approver*.",
  "already-approved": "You have approved this already; a second person must. Nothing was published yet.",
  "findings-open":
    "The text holds something that must be ticked first. Nothing was published; tick each finding or edit the text.",
  "another-draft-busy":
    "Another update of this incident is on its way. Nothing was published; wait until its card says how that ended.",
};
