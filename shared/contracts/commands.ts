import * as z from "zod/mini";
import { LIMITS } from "../limits.ts";
import {
  COMPONENT_STATUSES,
  INCIDENT_CLASSES,
  NOTE_KINDS,
  NOTE_WAYS,
  OUTCOMES,
  PHASES,
  PUBLIC_STATUSES,
  SEVERITIES,
} from "../vocabulary.ts";
import {
  CommandId,
  DraftId,
  ExecutionId,
  Hash16,
  IncidentId,
  MessageTs,
  Sha256Hex,
  SlackChannelId,
  SlackTeamId,
  SlackUserId,
} from "./ids.ts";
import { DraftView } from "./views.ts";

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** Who did it: only ever copied from the interaction payload that Slack delivered to our own handler. */
export const Actor = z.object({ userId: SlackUserId, teamId: SlackTeamId });
export type Actor = z.infer<typeof Actor>;

/** Every command carries a `commandId`; repeating it changes nothing and answers the first outcome. */
const envelope = { commandId: CommandId, actor: Actor };

/** `<runbook>/<item>`. */
const ItemKey = z.string().check(z.regex(/^[a-z0-9-]{3,48}\/[a-z0-9-]{2,48}$/));

/** The card a click came from, as the clicker saw it. Compared with the ledger, never trusted. */
const clicked = {
  incidentId: IncidentId,
  draftId: DraftId,
  version: z.int().check(z.gte(1)),
  hash16: Hash16,
  channel: SlackChannelId,
  ts: MessageTs,
};

export const DeclareIncident = z.object({
  type: z.literal("DeclareIncident"),
  ...envelope,
  title: text(LIMITS.title),
  service: text(80),
  severity: z.enum(SEVERITIES),
  class: z.optional(z.enum(INCIDENT_CLASSES)),
  /** Set when *Open a room* was pressed on an alert line: opens that incident's room instead of a new incident. */
  incidentId: z.optional(IncidentId),
});

export const TakeCommand = z.object({ type: z.literal("TakeCommand"), ...envelope, incidentId: IncidentId });

export const OfferHandover = z.object({
  type: z.literal("OfferHandover"),
  ...envelope,
  incidentId: IncidentId,
  to: SlackUserId,
  note: z.optional(z.string().check(z.maxLength(LIMITS.note))),
});

/** Asks for a page. `target` is what the person typed: the bridge says whom it means. */
export const PageSomeone = z.object({
  type: z.literal("PageSomeone"),
  ...envelope,
  incidentId: IncidentId,
  target: text(LIMITS.pageTarget),
  message: z.optional(z.string().check(z.maxLength(LIMITS.note))),
  important: z.boolean(),
});

export const RequestStatusUpdate = z.object({
  type: z.literal("RequestStatusUpdate"),
  ...envelope,
  incidentId: IncidentId,
  status: z.enum(PUBLIC_STATUSES),
  /** What customers notice, in the requester's words. */
  impact: text(LIMITS.impact),
  components: z
    .array(z.object({ id: text(64), status: z.enum(COMPONENT_STATUSES) }))
    .check(z.maxLength(LIMITS.components)),
  notifySubscribers: z.boolean(),
});

export const ApproveDraft = z.object({ type: z.literal("ApproveDraft"), ...envelope, ...clicked });

export const RejectDraft = z.object({
  type: z.literal("RejectDraft"),
  ...envelope,
  ...clicked,
  reason: text(LIMITS.reason),
});

/** Takes a grant back while nothing was sent yet. */
export const RevokeApproval = z.object({ type: z.literal("RevokeApproval"), ...envelope, ...clicked });

/** Ticks one thing the scan found in the text: seen, and meant to be public. */
export const AcknowledgeFinding = z.object({
  type: z.literal("AcknowledgeFinding"),
  ...envelope,
  ...clicked,
  findingId: text(32),
});

/** Calls the approver group's attention to the card. Grants nothing. */
export const AskApprover = z.object({ type: z.literal("AskApprover"), ...envelope, ...clicked });

/** Lowers the policy to one person for this version only. Opens a review that only somebody else can close. */
export const UseBreakGlass = z.object({
  type: z.literal("UseBreakGlass"),
  ...envelope,
  ...clicked,
  reason: text(LIMITS.reason),
});

/** A person says: it is on the page. Names the link and the words that stand there. */
export const AttestPublished = z.object({
  type: z.literal("AttestPublished"),
  ...envelope,
  ...clicked,
  link: text(2_000),
  text: text(LIMITS.publicBody),
});

/** A person ends an attempt whose outcome nobody knows: nothing more is sent. */
export const GiveUpPublish = z.object({ type: z.literal("GiveUpPublish"), ...envelope, ...clicked });

export const ReviseDraft = z.object({
  type: z.literal("ReviseDraft"),
  ...envelope,
  incidentId: IncidentId,
  draftId: DraftId,
  baseVersion: z.int().check(z.gte(1)),
  title: text(LIMITS.publicTitle),
  body: text(LIMITS.publicBody),
});

/** A card was painted by the execution that owns it (after an edit, or by review_status_update). */
export const ReportDraftShown = z.object({
  type: z.literal("ReportDraftShown"),
  ...envelope,
  incidentId: IncidentId,
  draftId: DraftId,
  version: z.int().check(z.gte(1)),
  contentHash: Sha256Hex,
  channel: SlackChannelId,
  ts: MessageTs,
  executionId: ExecutionId,
});

export const ResolveIncident = z.object({
  type: z.literal("ResolveIncident"),
  ...envelope,
  incidentId: IncidentId,
  summary: text(LIMITS.summary),
  outcome: z.enum(OUTCOMES),
  duplicateOf: z.optional(IncidentId),
  /** What proves checks of the gate, by `<runbook>/<check>`. */
  proofs: z.optional(z.array(z.object({ key: ItemKey, proof: text(LIMITS.summary) })).check(z.maxLength(20))),
  /** Why the checks that stay open are gone past. */
  overrideReason: z.optional(text(LIMITS.reason)),
  /** What customers should read last; becomes a draft that somebody must approve. */
  publicText: z.optional(text(LIMITS.publicBody)),
});

/** Ticks, skips, assignments and the phase, several in one submission. */
export const UpdateChecklist = z.object({
  type: z.literal("UpdateChecklist"),
  ...envelope,
  incidentId: IncidentId,
  done: z.array(ItemKey).check(z.maxLength(40)),
  skip: z.array(ItemKey).check(z.maxLength(10)),
  skipReason: z.optional(text(LIMITS.reason)),
  /** Escalations whose condition has come true. */
  confirm: z.optional(z.array(ItemKey).check(z.maxLength(20))),
  assign: z.array(ItemKey).check(z.maxLength(20)),
  assignee: z.optional(SlackUserId),
  proof: z.optional(text(LIMITS.reason)),
  phase: z.optional(z.enum(PHASES)),
  attachRunbook: z.optional(z.string().check(z.maxLength(48))),
  noPublicUpdate: z.optional(text(LIMITS.reason)),
});

export const ChangeSeverity = z.object({
  type: z.literal("ChangeSeverity"),
  ...envelope,
  incidentId: IncidentId,
  severity: z.enum(SEVERITIES),
  reason: text(LIMITS.reason),
});

/** Asks the commander to be let into the room. Grants nothing. */
export const AskToJoin = z.object({
  type: z.literal("AskToJoin"),
  ...envelope,
  incidentId: IncidentId,
  reason: z.optional(z.string().check(z.maxLength(LIMITS.reason))),
});

/** Lets somebody in who asked. */
export const AcceptJoin = z.object({
  type: z.literal("AcceptJoin"),
  ...envelope,
  incidentId: IncidentId,
  userId: SlackUserId,
});

/** Silences the reminders of the room for that many minutes; 0 lets them come again. */
export const SilenceNudges = z.object({
  type: z.literal("SilenceNudges"),
  ...envelope,
  incidentId: IncidentId,
  minutes: z.int().check(z.gte(0), z.lte(100_000)),
  reason: z.optional(z.string().check(z.maxLength(LIMITS.reason))),
});

export const RateResponse = z.object({
  type: z.literal("RateResponse"),
  ...envelope,
  incidentId: IncidentId,
  score: z.int().check(z.gte(1), z.lte(5)),
  comment: z.optional(z.string().check(z.maxLength(LIMITS.note))),
});

/**
 * A message that somebody pinned or marked, as the hosted app read it. No actor: `markedBy` is whom Slack's event names, which is
 * a hint and no proof.
 */
export const CaptureMessage = z.object({
  type: z.literal("CaptureMessage"),
  commandId: CommandId,
  teamId: SlackTeamId,
  channel: SlackChannelId,
  ts: MessageTs,
  markedBy: SlackUserId,
  way: z.enum(NOTE_WAYS),
  kind: z.enum(NOTE_KINDS),
  text: text(LIMITS.publicBody),
  author: z.optional(SlackUserId),
});

export const Command = z.discriminatedUnion("type", [
  DeclareIncident,
  TakeCommand,
  OfferHandover,
  PageSomeone,
  RequestStatusUpdate,
  ApproveDraft,
  RejectDraft,
  RevokeApproval,
  AcknowledgeFinding,
  AskApprover,
  UseBreakGlass,
  AttestPublished,
  GiveUpPublish,
  ReviseDraft,
  ReportDraftShown,
  ResolveIncident,
  CaptureMessage,
  SilenceNudges,
  RateResponse,
  AskToJoin,
  AcceptJoin,
  UpdateChecklist,
  ChangeSeverity,
]);
export type Command = z.infer<typeof Command>;

/**
 * `ok: false` is an answer, not an error: nothing changed except, for a denied click, the record of it.
 * `message` is one sentence for the person who did it.
 */
export const CommandReply = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    message: z.string(),
    incidentId: z.optional(IncidentId),
    /** Present where a card should be repainted by the execution that owns it. */
    draft: z.optional(DraftView),
  }),
  z.object({
    ok: z.literal(false),
    refusal: z.string(),
    message: z.string(),
    draft: z.optional(DraftView),
  }),
]);
export type CommandReply = z.infer<typeof CommandReply>;
