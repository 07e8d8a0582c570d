import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import {
  COMPONENT_STATUSES,
  INCIDENT_CLASSES,
  OUTCOMES,
  PUBLIC_STATUSES,
  ROLES,
  SEVERITIES,
} from "../../shared/vocabulary.ts";
import { AUDIT_EVENTS } from "./audit-events.ts";
import { Content } from "./content-schema.ts";
import { MARKING_EVENTS } from "./marking-events.ts";
import { POSTMORTEM_EVENTS } from "./postmortem-events.ts";
import { ROOM_LIFE_EVENTS } from "./room-life-events.ts";
import { RUNBOOK_EVENTS } from "./runbook-events.ts";
import { WORKFLOW_EVENTS } from "./workflow-events.ts";

/**
 * Every fact an incident can hold. These names and fields are hashed for ever:
 * a field is never renamed or given another meaning, only events are added.
 * Absent is `null`, never a missing key: a canonical form must not depend on who forgot what.
 */
const text = (max: number) => z.string().max(max);
const slackUser = text(24);
const isoInstant = z.iso.datetime();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export { Content } from "./content-schema.ts";

export const Links = z.strictObject({
  alertGroup: text(2_000).nullable(),
  dashboard: text(2_000).nullable(),
  silence: text(2_000).nullable(),
  runbook: text(2_000).nullable(),
  call: text(2_000).nullable(),
});
export type Links = z.infer<typeof Links>;

const IncidentOpened = z.strictObject({
  type: z.literal("IncidentOpened"),
  correlationKey: text(300),
  origin: z.enum(["alert", "person", "workflow"]),
  title: text(300),
  service: text(80),
  team: text(80).nullable(),
  severity: z.enum(SEVERITIES),
  /** How the severity came about, as a sentence fragment: `label severity=critical`, `no severity label, assumed`. */
  severityBasis: text(200),
  severityAssumed: z.boolean(),
  class: z.enum(INCIDENT_CLASSES),
  /** Whether the opening rule (or a person) opens a room at once. */
  room: z.boolean(),
  roomName: text(80),
  firingSince: isoInstant.nullable(),
  links: Links,
});

export const ALERT_KINDS = [
  "firing",
  "escalation",
  "acknowledged",
  "unacknowledged",
  "resolved",
  "unresolved",
  "silenced",
  "unsilenced",
  "notified",
] as const;

const AlertAttached = z.strictObject({
  type: z.literal("AlertAttached"),
  dedupeKey: text(300),
  source: z.enum(["oncall", "alerting"]),
  groupId: text(200),
  kind: z.enum(ALERT_KINDS),
  title: text(300),
  alertCount: z.int(),
  /** The sender's id of the person who did it; null where the sender names none. */
  by: text(100).nullable(),
  occurredAt: isoInstant,
  /** The people the sender named to be notified: its ids, with the Slack-independent user name. */
  named: z.array(z.strictObject({ id: text(100), username: text(100) })).max(50),
});

/** Which of the sender's routes an alert group took: it leads to the escalation chain, and so to people. */
const AlertRouted = z.strictObject({ type: z.literal("AlertRouted"), groupId: text(200), routeId: text(64) });

/** A person asked for a room for an incident that the opening rule had left without one. */
const RoomRequested = z.strictObject({ type: z.literal("RoomRequested"), severity: z.enum(SEVERITIES) });

const RespondersFound = z.strictObject({
  type: z.literal("RespondersFound"),
  /** Where the people came from; `several` when more than one source named somebody who could be found. */
  source: z.enum(["webhook", "schedule", "chain", "directory", "several", "fallback", "none"]),
  /** Says which sources they were, what could not be read, and why there is nobody where that is so. */
  note: text(500),
  people: z.array(z.strictObject({ userId: slackUser, name: text(100) })).max(LIMITS.invites),
  missing: z.array(z.strictObject({ name: text(100), why: text(200) })).max(LIMITS.invites),
  first: slackUser.nullable(),
});

const ContextGathered = z.strictObject({
  type: z.literal("ContextGathered"),
  readings: z
    .array(z.strictObject({ label: text(80), value: text(500).nullable(), why: text(200).nullable() }))
    .max(20),
});

/** The questions a first message answers, in the order in which people read them. */
export const CONTEXT_PARTS = [
  "error_rate",
  "latency",
  "saturation",
  "deploys",
  "commits",
  "logs",
  "traces",
  "owners",
] as const;

/** Some answers about what was going on when people were called; others follow until `complete`. */
const ContextRead = z.strictObject({
  type: z.literal("ContextRead"),
  readings: z
    .array(
      z.strictObject({
        part: z.enum(CONTEXT_PARTS),
        label: text(80),
        /** Null where there is none, and `why` says so; it is never a zero. */
        value: text(500).nullable(),
        why: text(200).nullable(),
        details: z.array(text(200)).max(5),
      }),
    )
    .max(20),
  links: z.array(z.strictObject({ title: text(80), url: text(2_000) })).max(10),
  complete: z.boolean(),
});

const RoomCreated = z.strictObject({ type: z.literal("RoomCreated"), channel: text(24), name: text(80) });
const RoomStepDone = z.strictObject({
  type: z.literal("RoomStepDone"),
  step: z.enum(["create", "invite", "purpose", "topic", "bookmarks", "context", "checklist", "timeline"]),
  ok: z.boolean(),
  error: text(500).nullable(),
  notInvited: z.array(z.strictObject({ userId: slackUser, error: text(500) })).max(LIMITS.invites),
});
/** The room exists, people are in and the first message stands. Later steps may still be owed. */
const RoomOpened = z.strictObject({ type: z.literal("RoomOpened"), channel: text(24) });
const RoomArchived = z.strictObject({ type: z.literal("RoomArchived"), channel: text(24) });

const DoorbellRungAgain = z.strictObject({ type: z.literal("DoorbellRungAgain"), afterMs: z.int() });
/** The assembly watchdog spoke because no room had opened. */
const WatchdogSpoke = z.strictObject({
  type: z.literal("WatchdogSpoke"),
  afterMs: z.int(),
  alertsChannel: z.enum(["posted", "failed"]),
  fallbackWebhook: z.enum(["posted", "failed", "not-configured"]),
  error: text(500).nullable(),
});

/** A message that follows the state was posted or edited. `rev` names the content it shows. */
const MessagePainted = z.strictObject({
  type: z.literal("MessagePainted"),
  key: text(100),
  rev: text(64),
  channel: text(24),
  ts: text(24),
});

const CommandTaken = z.strictObject({ type: z.literal("CommandTaken"), by: slackUser, from: slackUser.nullable() });
const HandoverOffered = z.strictObject({
  type: z.literal("HandoverOffered"),
  to: slackUser,
  by: slackUser,
  note: text(LIMITS.note).nullable(),
});

/** Nobody took what was offered in time. The offer stands, command stays where it is, and people hear of it. */
const HandoverLapsed = z.strictObject({ type: z.literal("HandoverLapsed"), to: slackUser, by: slackUser });
/** The commander has recorded nothing for long and is asked whether they are still there. */
const CommandQuestioned = z.strictObject({ type: z.literal("CommandQuestioned"), commander: slackUser });
/** The commander answered that they are. */
const CommandKept = z.strictObject({ type: z.literal("CommandKept"), by: slackUser });
/** No answer: they still are commander, and from now on anybody may take command from them. */
const CommandAbandoned = z.strictObject({ type: z.literal("CommandAbandoned"), commander: slackUser });
/** A role beside the commander's; `to` null: nobody has it any more. Roles carry no authority. */
const RoleAssigned = z.strictObject({
  type: z.literal("RoleAssigned"),
  role: z.enum(ROLES),
  to: slackUser.nullable(),
  from: slackUser.nullable(),
  by: slackUser,
});

export const PAGE_CAUSES = ["person", "command-offer", "handover", "command-abandoned", "approver", "runbook"] as const;
/** Somebody is to be paged. Recorded before anything is sent, by a person or (`by` null) by a rule. */
const PageRequested = z.strictObject({
  type: z.literal("PageRequested"),
  pageId: text(64),
  target: z.strictObject({
    kind: z.enum(["person", "schedule"]),
    /** Person: Slack id, or OnCall's where no Slack id is known. Schedule: OnCall's id. */
    id: text(100),
    name: text(100),
  }),
  message: text(LIMITS.note).nullable(),
  important: z.boolean(),
  by: slackUser.nullable(),
  cause: z.enum(PAGE_CAUSES),
});
/** The call to OnCall is about to be made: after a crash it may or may not have been. `groupId` null: a new alert group. */
const PageCalled = z.strictObject({
  type: z.literal("PageCalled"),
  pageId: text(64),
  n: z.int(),
  groupId: text(200).nullable(),
  /** Whom OnCall is asked to notify: its ids. */
  people: z.array(z.strictObject({ id: text(100), username: text(150), userId: slackUser.nullable() })).max(20),
});
const PageSent = z.strictObject({
  type: z.literal("PageSent"),
  pageId: text(64),
  groupId: text(200),
  link: text(2_000).nullable(),
});
/** Not sent yet, and surely so; it is tried again. Said once. */
const PageDelayed = z.strictObject({ type: z.literal("PageDelayed"), pageId: text(64), reason: text(300) });
const PageFailed = z.strictObject({ type: z.literal("PageFailed"), pageId: text(64), reason: text(300) });
/** The call may have been carried out. It is not repeated unless OnCall itself shows that it was not. */
const PageOutcomeUnknown = z.strictObject({
  type: z.literal("PageOutcomeUnknown"),
  pageId: text(64),
  reason: text(300),
});
/** This alert group came into being by a page of ours: it carries our link. It is no alert. */
const PageGroupRecognised = z.strictObject({ type: z.literal("PageGroupRecognised"), groupId: text(200) });
/** OnCall was asked, and its alert group says so. What a webhook says stands in `AlertAttached`. */
const PageAcknowledged = z.strictObject({
  type: z.literal("PageAcknowledged"),
  pageId: text(64),
  /** OnCall's id of the person. */
  by: text(100),
});
/** An alert group was acknowledged in OnCall because somebody took command: its phones stop. */
const AlertGroupAcknowledged = z.strictObject({
  type: z.literal("AlertGroupAcknowledged"),
  groupId: text(200),
  /** It was so already, or resolved. */
  already: z.boolean(),
});
/** It could not be acknowledged from here yet. Said once, tried again. */
const AcknowledgeDelayed = z.strictObject({
  type: z.literal("AcknowledgeDelayed"),
  groupId: text(200),
  reason: text(300),
});

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

const IncidentResolved = z.strictObject({
  type: z.literal("IncidentResolved"),
  outcome: z.enum(OUTCOMES),
  summary: text(LIMITS.summary),
  duplicateOf: text(32).nullable(),
});

/** The issue id we will use, written down before the first call, so that a repeat finds the same issue. */
const PostmortemReserved = z.strictObject({ type: z.literal("PostmortemReserved"), issueId: z.uuid() });
export const POSTMORTEM_PARTS = ["narrative", "impact", "contributing_factors"] as const;
const sources = z.array(z.int()).min(1).max(20);
/** What a model wrote for the postmortem and the record supports, as it is filed; nothing of it where the template was used. */
const PostmortemDrafted = z.strictObject({
  type: z.literal("PostmortemDrafted"),
  author: z.enum(["model", "template"]),
  /** Why a template was used. */
  note: text(300).nullable(),
  parts: z
    .array(
      z.strictObject({
        part: z.enum(POSTMORTEM_PARTS),
        /** Empty: inconclusive, the record does not show it. */
        sentences: z.array(z.strictObject({ text: text(500), sources })).max(20),
      }),
    )
    .max(POSTMORTEM_PARTS.length),
  /** Each becomes an issue under the id that is written down here before the first call. */
  actions: z.array(z.strictObject({ issueId: z.uuid(), text: text(200), because: text(500), sources })).max(10),
  /** How many sentences no entry supports; they are left out. */
  dropped: z.int(),
});
const PostmortemFiled = z.strictObject({
  type: z.literal("PostmortemFiled"),
  issueId: z.uuid(),
  identifier: text(50),
  url: text(2_000),
  author: z.enum(["model", "template"]),
  /** Sentences that were dropped because no entry supports them, and why a template was used. */
  note: text(500).nullable(),
});
/** Filing failed and will be tried again; said once to the room. */
const PostmortemDelayed = z.strictObject({ type: z.literal("PostmortemDelayed"), reason: text(500) });

const NudgeIssued = z.strictObject({ type: z.literal("NudgeIssued"), n: z.int(), reason: text(300) });

/** Somebody outside the room asks the commander to be let in. */
const JoinRequested = z.strictObject({
  type: z.literal("JoinRequested"),
  userId: slackUser,
  reason: text(LIMITS.reason).nullable(),
});
const JoinAccepted = z.strictObject({ type: z.literal("JoinAccepted"), userId: slackUser, by: slackUser });
/** One more person was invited into the open room; `error` where Slack would not let them in. */
const PersonInvited = z.strictObject({
  type: z.literal("PersonInvited"),
  userId: slackUser,
  error: text(500).nullable(),
});
/** A message that a newer one has replaced was taken away. */
const MessageRemoved = z.strictObject({ type: z.literal("MessageRemoved"), key: text(100) });

/** A person gives one alert group an incident of its own. The id is reserved; the other stream follows from this. */
const AlertGroupSplit = z.strictObject({
  type: z.literal("AlertGroupSplit"),
  correlationKey: text(300),
  to: text(32),
  by: slackUser,
});
/** These alert groups belong to another incident from now on: every later alert of theirs goes there. */
const AlertGroupsMoved = z.strictObject({
  type: z.literal("AlertGroupsMoved"),
  to: text(32),
  correlationKeys: z.array(text(300)).min(1).max(20),
});
/** Alert groups that began in another incident, as they stood when they came. */
const AlertGroupsReceived = z.strictObject({
  type: z.literal("AlertGroupsReceived"),
  from: text(32),
  groups: z
    .array(
      z.strictObject({
        correlationKey: text(300),
        source: z.enum(["oncall", "alerting"]),
        groupId: text(200),
        title: text(300),
        state: z.enum(["firing", "acknowledged", "silenced", "resolved", "none"]),
        count: z.int(),
      }),
    )
    .min(1)
    .max(20),
});

/** A piece of Slack work failed; it stays owed. Recorded for the first few attempts only. */
const EffectFailed = z.strictObject({
  type: z.literal("EffectFailed"),
  effectId: text(200),
  attempt: z.int(),
  error: text(500),
});

export const IncidentEvent = z.discriminatedUnion("type", [
  IncidentOpened,
  AlertAttached,
  AlertRouted,
  RoomRequested,
  RespondersFound,
  ContextGathered,
  ContextRead,
  RoomCreated,
  RoomStepDone,
  RoomOpened,
  RoomArchived,
  DoorbellRungAgain,
  WatchdogSpoke,
  MessagePainted,
  CommandTaken,
  HandoverOffered,
  HandoverLapsed,
  CommandQuestioned,
  CommandKept,
  CommandAbandoned,
  RoleAssigned,
  PageRequested,
  PageCalled,
  PageSent,
  PageDelayed,
  PageFailed,
  PageOutcomeUnknown,
  PageGroupRecognised,
  PageAcknowledged,
  AlertGroupAcknowledged,
  AcknowledgeDelayed,
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
  IncidentResolved,
  PostmortemReserved,
  PostmortemDrafted,
  PostmortemFiled,
  PostmortemDelayed,
  NudgeIssued,
  JoinRequested,
  JoinAccepted,
  PersonInvited,
  MessageRemoved,
  AlertGroupSplit,
  AlertGroupsMoved,
  AlertGroupsReceived,
  EffectFailed,
  ...RUNBOOK_EVENTS,
  ...ROOM_LIFE_EVENTS,
  ...AUDIT_EVENTS,
  ...WORKFLOW_EVENTS,
  ...MARKING_EVENTS,
  ...POSTMORTEM_EVENTS,
]);
export type IncidentEvent = z.infer<typeof IncidentEvent>;
export type EventOf<T extends IncidentEvent["type"]> = Extract<IncidentEvent, { type: T }>;
