import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { COMPONENT_STATUSES, PUBLIC_STATUSES } from "../../shared/vocabulary.ts";
import { Content } from "./content-schema.ts";
import { hash, isoInstant, slackUser, text } from "./event-fields.ts";

/** Facts about what customers are told: drafts, approvals, attempts, and what the page shows. The rules of `events.ts` hold here too. */

const components = z.array(z.strictObject({ id: text(64), status: z.enum(COMPONENT_STATUSES) })).max(LIMITS.components);

const StatusUpdateRequested = z.strictObject({
  type: z.literal("StatusUpdateRequested"),
  draftId: text(20),
  status: z.enum(PUBLIC_STATUSES),
  impact: text(LIMITS.impact),
  components,
  notify: z.boolean(),
  by: slackUser,
});

/** A first word to customers that nobody had to ask for. The text follows in the same entry. */
const HoldingStatementRequested = z.strictObject({
  type: z.literal("HoldingStatementRequested"),
  draftId: text(20),
  status: z.literal("investigating"),
  components,
  notify: z.boolean(),
});

export const Author = z.strictObject({
  kind: z.enum(["model", "template", "human"]),
  userId: slackUser.nullable(),
  note: text(300).nullable(),
});

const draft = { draftId: text(20), version: z.int() };
const approvalRef = { approvalId: text(64), contentHash: hash };
const attempt = { ...draft, attemptId: text(64) };

const DraftProposed = z.strictObject({
  type: z.literal("DraftProposed"),
  ...draft,
  content: Content,
  contentHash: hash,
  author: Author,
});
const DraftRevised = z.strictObject({
  type: z.literal("DraftRevised"),
  ...draft,
  content: Content,
  contentHash: hash,
  by: slackUser,
});
const DraftShown = z.strictObject({
  type: z.literal("DraftShown"),
  ...draft,
  contentHash: hash,
  channel: text(24),
  ts: text(24),
  executionId: text(100),
});
const ApprovalGranted = z.strictObject({
  type: z.literal("ApprovalGranted"),
  ...draft,
  ...approvalRef,
  by: slackUser,
  basis: z.enum(["commander", "approver-group"]),
  selfApproved: z.boolean(),
  policy: z.enum(["off", "author-differs", "two-person"]),
  /** This is grant `n` of `of`. */
  n: z.int(),
  of: z.int(),
  expiresAt: isoInstant,
  /** The failed attempt that this approval repeats, if any. */
  retryOf: text(64).nullable(),
});
const ApprovalDenied = z.strictObject({
  type: z.literal("ApprovalDenied"),
  ...draft,
  by: slackUser,
  reason: z.enum([
    "stale-version",
    "stale-message",
    "not-an-approver",
    "not-a-member",
    "lookup-failed",
    "too-soon",
    "blocked-text",
    "already-decided",
    "author",
    "already-approved",
    "findings-open",
    "another-draft-busy",
  ]),
});
const ApprovalVoided = z.strictObject({
  type: z.literal("ApprovalVoided"),
  ...draft,
  approvalId: text(64),
  reason: z.enum(["edited", "role-lost", "policy-stricter", "target-changed"]),
});
const ApprovalRevoked = z.strictObject({
  type: z.literal("ApprovalRevoked"),
  ...draft,
  approvalId: text(64),
  by: slackUser,
});
/** A person has seen what the scan found and means it to be public. */
const FindingAcknowledged = z.strictObject({
  type: z.literal("FindingAcknowledged"),
  ...draft,
  findingId: text(32),
  by: slackUser,
});
const ApproverAsked = z.strictObject({ type: z.literal("ApproverAsked"), ...draft, by: slackUser });
const BreakGlassUsed = z.strictObject({
  type: z.literal("BreakGlassUsed"),
  ...draft,
  by: slackUser,
  reason: text(LIMITS.reason),
});
const ReviewOpened = z.strictObject({
  type: z.literal("ReviewOpened"),
  reviewId: text(64),
  draftId: text(20),
  by: slackUser,
});
const ReviewClosed = z.strictObject({
  type: z.literal("ReviewClosed"),
  reviewId: text(64),
  by: slackUser,
  finding: text(LIMITS.summary),
});
const ApprovalExpired = z.strictObject({ type: z.literal("ApprovalExpired"), ...draft, approvalId: text(64) });
const DraftRejected = z.strictObject({
  type: z.literal("DraftRejected"),
  ...draft,
  by: slackUser,
  reason: text(LIMITS.reason),
});
/** Nobody can decide about it any more: what it was for is over. */
const DraftCancelled = z.strictObject({ type: z.literal("DraftCancelled"), ...draft, reason: text(LIMITS.reason) });
const DraftSuperseded = z.strictObject({ type: z.literal("DraftSuperseded"), ...draft, byDraftId: text(20) });
const DraftExpired = z.strictObject({ type: z.literal("DraftExpired"), ...draft });

const PublishStarted = z.strictObject({
  type: z.literal("PublishStarted"),
  ...attempt,
  n: z.int(),
  approvalIds: z.array(text(64)).min(1).max(2),
  contentHash: hash,
  owner: text(100),
  leaseUntil: isoInstant,
});
/** The record could not be covered by a checkpoint in time, and the first public message of a SEV1 went ahead all the same. */
const CheckpointSkipped = z.strictObject({ type: z.literal("CheckpointSkipped"), ...attempt, reason: text(300) });
const PublishDeferred = z.strictObject({
  type: z.literal("PublishDeferred"),
  ...attempt,
  reason: text(300),
  notBefore: isoInstant,
});
const PublishSucceeded = z.strictObject({
  type: z.literal("PublishSucceeded"),
  ...attempt,
  targetId: text(64),
  url: text(2_000),
  rev: text(200),
});
const PublishFailed = z.strictObject({ type: z.literal("PublishFailed"), ...attempt, reason: text(500) });
const PublishOutcomeUnknown = z.strictObject({
  type: z.literal("PublishOutcomeUnknown"),
  ...attempt,
  reason: text(300),
  /** Before this instant the page is not asked: a slow request may still land. */
  lookAfter: isoInstant,
});
const PublishReconciled = z.strictObject({
  type: z.literal("PublishReconciled"),
  ...attempt,
  result: z.enum(["found", "absent", "conflict"]),
  /** How many clean listings in a row did not hold the marker. */
  absences: z.int(),
  targetId: text(64).nullable(),
  url: text(2_000).nullable(),
  rev: text(200).nullable(),
  lookAfter: isoInstant.nullable(),
});
const PublishGivenUp = z.strictObject({ type: z.literal("PublishGivenUp"), ...draft, by: slackUser });

/** A person says that it is on the page, and with which words. */
const PublishAttested = z.strictObject({
  type: z.literal("PublishAttested"),
  ...draft,
  by: slackUser,
  link: text(2_000),
  textHash: hash,
  /** The page's entry behind the link, where the page could be read. */
  targetId: text(64).nullable(),
  rev: text(200).nullable(),
});
/** The entry of the page behind an attestation that was made while the page could not be read. */
const AttestedEntryFound = z.strictObject({
  type: z.literal("AttestedEntryFound"),
  draftId: text(20),
  targetId: text(64),
  url: text(2_000),
  rev: text(200),
});
/** The page holds the same thing twice: a request landed after it was given up. */
const TwinDetected = z.strictObject({
  type: z.literal("TwinDetected"),
  ...attempt,
  entries: z.array(text(64)).min(1).max(20),
});
/** Something stands on the page that nobody approved here. */
const PagePostUnmatched = z.strictObject({
  type: z.literal("PagePostUnmatched"),
  targetId: text(64),
  updateId: text(64),
  status: text(40),
});
/** A person accounts for an entry of the page that was not published from here. */
const PageEntryAttested = z.strictObject({
  type: z.literal("PageEntryAttested"),
  updateId: text(64),
  by: slackUser,
  link: text(2_000),
});
/** The commander says why the public incident stays open although the incident is over. */
const PublicLeftOpen = z.strictObject({
  type: z.literal("PublicLeftOpen"),
  by: slackUser,
  reason: text(LIMITS.reason),
});

/** A card was repainted to show `rev`; cards without buttons need no owner. */
const CardRepainted = z.strictObject({ type: z.literal("CardRepainted"), ...draft, rev: text(64), ts: text(24) });

export const GATE_EVENTS = [
  StatusUpdateRequested,
  HoldingStatementRequested,
  DraftProposed,
  DraftRevised,
  DraftShown,
  ApprovalGranted,
  ApprovalDenied,
  ApprovalVoided,
  ApprovalRevoked,
  FindingAcknowledged,
  ApproverAsked,
  BreakGlassUsed,
  ReviewOpened,
  ReviewClosed,
  ApprovalExpired,
  DraftRejected,
  DraftCancelled,
  DraftSuperseded,
  DraftExpired,
  PublishStarted,
  CheckpointSkipped,
  PublishDeferred,
  PublishSucceeded,
  PublishFailed,
  PublishOutcomeUnknown,
  PublishReconciled,
  PublishGivenUp,
  PublishAttested,
  AttestedEntryFound,
  TwinDetected,
  PagePostUnmatched,
  PageEntryAttested,
  PublicLeftOpen,
  CardRepainted,
] as const;
