import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import type { EventOf } from "./events.ts";
import { type Draft, type DraftRequest, FINAL, type Incident } from "./state.ts";

export type DraftEvent = EventOf<
  | "StatusUpdateRequested"
  | "HoldingStatementRequested"
  | "DraftProposed"
  | "DraftRevised"
  | "DraftShown"
  | "ApprovalGranted"
  | "ApprovalDenied"
  | "ApprovalVoided"
  | "ApprovalRevoked"
  | "FindingAcknowledged"
  | "ApproverAsked"
  | "BreakGlassUsed"
  | "CheckpointSkipped"
  | "PublishAttested"
  | "TwinDetected"
  | "ApprovalExpired"
  | "DraftRejected"
  | "DraftCancelled"
  | "DraftSuperseded"
  | "DraftExpired"
  | "PublishStarted"
  | "PublishDeferred"
  | "PublishSucceeded"
  | "PublishFailed"
  | "PublishOutcomeUnknown"
  | "PublishReconciled"
  | "PublishGivenUp"
  | "CardRepainted"
>;

/** How long after an unknown outcome the page is still watched for a second landing. */
const TWIN_WATCH_MS = 15 * 60_000;

/** State after one event of a draft. A final draft stays final. */
export function evolveDraft(state: Incident, event: DraftEvent, at: Instant): Incident {
  const before = state.drafts.get(event.draftId);
  const after = isRequest(event) ? requested(wish(event), at) : before && withPublicAt(next(before, event, at), at);
  return after ? { ...state, drafts: new Map(state.drafts).set(event.draftId, after) } : state;
}

const withPublicAt = (draft: Draft, at: Instant): Draft =>
  draft.state === "PUBLISHED" && draft.publicAt === undefined ? { ...draft, publicAt: at } : draft;

type RequestEvent = EventOf<"StatusUpdateRequested" | "HoldingStatementRequested">;
const isRequest = (event: DraftEvent): event is RequestEvent =>
  event.type === "StatusUpdateRequested" || event.type === "HoldingStatementRequested";

const wish = (event: RequestEvent): DraftRequest =>
  event.type === "StatusUpdateRequested" ? event : { ...event, impact: "", by: null };

const requested = (request: DraftRequest, at: Instant): Draft => ({
  draftId: request.draftId,
  state: "REQUESTED",
  request,
  requestedAt: at,
  version: 0,
  oldCards: [],
  attempts: 0,
  showings: 0,
  approvals: [],
  acknowledged: {},
  denials: {},
  expired: [],
});

function next(draft: Draft, event: Exclude<DraftEvent, RequestEvent>, at: Instant): Draft {
  switch (event.type) {
    case "DraftProposed":
      return {
        ...draft,
        state: "DRAFTED",
        version: event.version,
        content: event.content,
        contentHash: event.contentHash,
        author: event.author,
        proposedAt: at,
      };
    case "DraftRevised":
      return {
        ...withoutApproval(retireCard(unbroken(draft))),
        acknowledged: {},
        state: "DRAFTED",
        version: event.version,
        content: event.content,
        contentHash: event.contentHash,
        author: { kind: "human", userId: event.by, note: null },
        revisedAt: at,
      };
    case "DraftShown": {
      const card = {
        version: event.version,
        contentHash: event.contentHash,
        channel: event.channel,
        ts: event.ts,
        executionId: event.executionId,
        shownAt: at,
      };
      // The same message painted again with the current version is no longer an old card.
      const retired = retireCard(draft);
      const oldCards = retired.oldCards.filter((old) => old.ts !== event.ts);
      return {
        ...retired,
        oldCards,
        card,
        showings: draft.showings + 1,
        state: draft.state === "DRAFTED" ? "SHOWN" : draft.state,
      };
    }
    case "ApprovalGranted": {
      const approval = {
        approvalId: event.approvalId,
        version: event.version,
        contentHash: event.contentHash,
        by: event.by,
        basis: event.basis,
        selfApproved: event.selfApproved,
        policy: event.policy,
        grantedAt: at,
        expiresAt: Date.parse(event.expiresAt),
      };
      const { notBefore: _waited, ...rest } = draft;
      return {
        ...rest,
        state: event.n >= event.of ? "APPROVED" : "PARTIAL",
        approvals: [...draft.approvals, approval],
      };
    }
    case "FindingAcknowledged":
      return { ...draft, acknowledged: { ...draft.acknowledged, [event.findingId]: event.by } };
    case "ApproverAsked":
      return { ...draft, askedAt: at, askedBy: event.by };
    case "BreakGlassUsed":
      return { ...draft, breakGlass: { by: event.by, reason: event.reason } };
    case "CheckpointSkipped":
      return draft;
    case "PublishAttested":
      return { ...draft, state: "PUBLISHED", publicUrl: event.link, attested: attestation(event) };
    case "TwinDetected":
      return { ...draft, twin: event.entries };
    case "ApprovalDenied":
      return { ...draft, denials: { ...draft.denials, [event.by]: (draft.denials[event.by] ?? 0) + 1 } };
    case "ApprovalRevoked":
      // A card that still waits for a second person keeps its buttons and is repainted in place.
      if (draft.state === "PARTIAL" && draft.card) return { ...withoutApproval(draft), state: "SHOWN" };
      return { ...withoutApproval(retireCard(draft)), state: "DRAFTED" };
    case "ApprovalVoided":
      // The card lost its buttons when the approval was given, so the text is shown afresh.
      return { ...withoutApproval(retireCard(draft)), state: "DRAFTED" };
    case "ApprovalExpired": {
      const over = draft.approvals.filter(({ approvalId }) => approvalId === event.approvalId);
      // Two grants end in one entry: each is named by its own event.
      const approvals = draft.approvals.filter(({ approvalId }) => approvalId !== event.approvalId);
      const expired = [...draft.expired, ...over.map(({ approvalId, by }) => ({ approvalId, by }))];
      return { ...retireCard(draft), approvals, state: approvals.length > 0 ? "PARTIAL" : "DRAFTED", expired };
    }
    case "DraftRejected":
      return { ...withoutApproval(draft), state: "REJECTED", reason: event.reason };
    case "DraftCancelled":
      return { ...withoutApproval(draft), state: "CANCELLED", reason: event.reason };
    case "DraftSuperseded":
      return { ...withoutApproval(draft), state: "SUPERSEDED", reason: `replaced by ${event.byDraftId}` };
    case "DraftExpired":
      return { ...withoutApproval(draft), state: "EXPIRED" };
    case "PublishStarted":
      return {
        ...draft,
        state: "PUBLISHING",
        attempts: draft.attempts + 1,
        attempt: {
          attemptId: event.attemptId,
          n: event.n,
          version: event.version,
          contentHash: event.contentHash,
          owner: event.owner,
          startedAt: at,
          leaseUntil: Date.parse(event.leaseUntil),
          absences: 0,
        },
      };
    case "PublishDeferred":
      return { ...draft, state: "APPROVED", notBefore: Date.parse(event.notBefore), reason: event.reason };
    case "PublishSucceeded":
      return { ...draft, state: "PUBLISHED", publicUrl: event.url };
    case "PublishFailed":
      return { ...withoutApproval(retireCard(draft)), state: "FAILED", reason: event.reason };
    case "PublishOutcomeUnknown":
      return {
        ...draft,
        state: "UNKNOWN",
        reason: event.reason,
        twinWatchUntil: at + TWIN_WATCH_MS,
        ...looking(draft, event.lookAfter, 0),
      };
    case "PublishReconciled":
      return reconciled(draft, event);
    case "PublishGivenUp":
      return { ...withoutApproval(draft), state: "CANCELLED", reason: `given up by <@${event.by}>` };
    case "CardRepainted":
      return {
        ...draft,
        oldCards: draft.oldCards.filter((old) => old.ts !== event.ts),
        ...(draft.card?.ts === event.ts ? { card: { ...draft.card, repaintedRev: event.rev } } : {}),
      };
    default:
      return unreachable(event);
  }
}

const attestation = ({ by, link, textHash }: EventOf<"PublishAttested">) => ({ by, link, textHash });

function reconciled(draft: Draft, event: EventOf<"PublishReconciled">): Draft {
  switch (event.result) {
    case "found":
      return { ...draft, state: "PUBLISHED", ...(event.url === null ? {} : { publicUrl: event.url }) };
    case "conflict":
      return needsHuman(draft, "the page holds something that does not match");
    case "absent":
      return event.absences >= 2
        ? needsHuman(draft, "two listings of the page do not hold it")
        : { ...draft, ...looking(draft, event.lookAfter, event.absences) };
    default:
      return unreachable(event.result);
  }
}

/** A person must see the whole text again before anything more is sent. */
const needsHuman = (draft: Draft, reason: string): Draft => ({
  ...withoutApproval(retireCard(draft)),
  state: "NEEDS_HUMAN",
  reason,
});

const looking = (draft: Draft, lookAfter: string | null, absences: number): Pick<Draft, "attempt"> =>
  draft.attempt && lookAfter !== null
    ? { attempt: { ...draft.attempt, lookAfter: Date.parse(lookAfter), absences } }
    : {};

function retireCard(draft: Draft): Draft {
  if (!draft.card) return draft;
  const { card, ...rest } = draft;
  return { ...rest, oldCards: [...draft.oldCards.filter((old) => old.ts !== card.ts), card] };
}

const withoutApproval = (draft: Draft): Draft => ({ ...draft, approvals: [] });

/** Break-glass holds for one version only. */
function unbroken(draft: Draft): Draft {
  const { breakGlass: _ended, ...rest } = draft;
  return rest;
}

export const isFinal = (draft: Draft): boolean => FINAL.includes(draft.state);
