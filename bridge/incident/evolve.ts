import { PUBLIC_STATUSES } from "../../shared/vocabulary.ts";
import type { RecordedEntry } from "../ledger/entry-types.ts";
import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import { textHash } from "../publish-gate/content.ts";
import { beginEpoch } from "./begin-epoch.ts";
import type { EventOf, IncidentEvent } from "./events.ts";
import { attached, moved, received, split } from "./evolve-alerts.ts";
import { evolveDraft } from "./evolve-draft.ts";
import { evolveMarking } from "./evolve-marking.ts";
import { alertOfOnCall, answeredByTaking, evolvePaging } from "./evolve-paging.ts";
import { evolveResponse } from "./evolve-response.ts";
import { evolveRoomLife } from "./evolve-room-life.ts";
import { evolveWorkflow } from "./evolve-workflow.ts";
import { inPlainForm } from "./sealed-events.ts";
import { closingKey, type Incident } from "./state.ts";
import { witnessKey } from "./witness-key.ts";

/** What of an entry the state follows from. */
type Folded = RecordedEntry | Pick<RecordedEntry, "seq" | "commandId" | "actor" | "at" | "events">;

/**
 * State after one entry. Total: any event in any state gives a state, because what happened, happened. Words that the entry does
 * not hold are in no state that is folded from it.
 */
export function evolve(state: Incident, entry: Folded): Incident {
  const at = Date.parse(entry.at);
  const { commandId, seq, actor, events } = entry;
  // Where the record was begun anew nothing of before is known, a command's name included.
  const earlier = events[0]?.type === "EpochOpened" ? [] : state.commands;
  const commands = new Map(earlier).set(commandId, { seq, at: entry.at, actor, events });
  const folded = events.reduce((current, event) => evolveOne(current, inPlainForm(event), at, actor.id), state);
  return { ...withCommanderActing(folded, entry, at), seq: entry.seq, at, commands };
}

/** Whatever the commander records shows that they are there. */
function withCommanderActing(state: Incident, { actor }: Folded, at: Instant): Incident {
  if (actor.kind !== "human" || actor.id !== state.commander) return state;
  const { commandQuestionedAt: _, commandAbandonedAt: __, ...rest } = state;
  return { ...rest, commanderActedAt: at };
}

function evolveOne(state: Incident, event: IncidentEvent, at: Instant, actor: string): Incident {
  switch (event.type) {
    case "IncidentOpened":
      return {
        ...state,
        status: "open",
        opened: event,
        openedAt: state.beganAt ?? at,
        openedBy: actor,
        severity: event.severity,
        roomWanted: event.room,
        roomWantedAt: at,
        response: { ...state.response, phaseSince: at },
        ...(event.origin === "person" ? { requester: actor } : {}),
      };
    case "AlertAttached":
      return attached(alertOfOnCall(state, event, at), event, at);
    case "AlertGroupSplit":
      return split(state, event);
    case "AlertGroupsMoved":
      return moved(state, event);
    case "AlertGroupsReceived":
      return received(state, event, at);
    case "AlertRuleNamed":
      return { ...state, alertRule: event.rule };
    case "AlertRouted":
      return { ...state, routeId: state.routeId ?? event.routeId };
    case "RoomRequested":
      return { ...state, roomWanted: true, roomWantedAt: at, severity: event.severity, requester: actor };
    case "RespondersFound":
      return { ...state, responders: event };
    case "ContextGathered":
      return {
        ...state,
        context: { readings: event.readings.map((one) => ({ ...one, details: [] })), links: [], complete: true },
      };
    case "ContextRead": {
      const { readings, links, complete } = event;
      return { ...state, context: { readings: [...(state.context?.readings ?? []), ...readings], links, complete } };
    }
    case "RoomCreated":
      return { ...state, channel: event.channel, channelName: event.name };
    case "RoomStepDone":
      return {
        ...state,
        steps: { ...state.steps, [event.step]: event },
        stepFailures: event.ok
          ? state.stepFailures
          : { ...state.stepFailures, [event.step]: (state.stepFailures[event.step] ?? 0) + 1 },
      };
    case "RoomOpened":
      return { ...state, roomOpenedAt: at };
    case "RoomArchived":
      return { ...state, status: "archived", archivedAt: at };
    case "DoorbellRungAgain":
      return { ...state, rungAgainAt: at };
    case "WatchdogSpoke":
      return { ...state, watchdogSpokeAt: at };
    case "MessagePainted": {
      const painted = { channel: event.channel, ts: event.ts, rev: event.rev, at };
      const messages = new Map(state.messages).set(event.key, painted);
      const announced = event.key === "headline" ? { headlineSeverity: state.headlineSeverity ?? state.severity } : {};
      return { ...withClosingShown(state, event.key, at), messages, ...announced };
    }
    case "MessageRemoved": {
      const messages = new Map(state.messages);
      messages.delete(event.key);
      return { ...state, messages };
    }
    case "JoinRequested":
      return { ...state, joins: [...state.joins, { userId: event.userId, reason: event.reason, at }] };
    case "JoinAccepted": {
      // Who was refused by Slack and is let in once more is invited once more.
      const invited = new Map(state.invited);
      if (invited.get(event.userId)?.error !== null) invited.delete(event.userId);
      const joins = state.joins.map((join) =>
        join.userId === event.userId ? { acceptedBy: event.by, ...join } : join,
      );
      return { ...state, invited, joins };
    }
    case "PersonInvited":
      return { ...state, invited: new Map(state.invited).set(event.userId, { error: event.error }) };
    case "CommandTaken": {
      const { commandQuestionedAt: _, commandAbandonedAt: __, ...rest } = state;
      return {
        ...rest,
        commander: event.by,
        firstCommander: state.firstCommander ?? event.by,
        commandSince: at,
        commanderActedAt: at,
        offers: state.offers.map((offer) => ({ closedBy: event.by, ...offer })),
        pages: answeredByTaking(state.pages, event.by, at),
      };
    }
    case "HandoverOffered":
      return { ...state, offers: [...state.offers, { to: event.to, by: event.by, note: event.note, at }] };
    case "HandoverLapsed":
      return {
        ...state,
        offers: state.offers.map((offer, index) =>
          index === state.offers.length - 1 ? { ...offer, lapsedAt: at } : offer,
        ),
      };
    case "CommandQuestioned":
      return { ...state, commandQuestionedAt: at };
    case "CommandKept": {
      const { commandQuestionedAt: _, commandAbandonedAt: __, ...rest } = state;
      return { ...rest, commanderActedAt: at };
    }
    case "CommandAbandoned":
      return { ...state, commandAbandonedAt: at };
    case "RoleAssigned": {
      const { [event.role]: _, ...others } = state.roles;
      return { ...state, roles: event.to === null ? others : { ...others, [event.role]: event.to } };
    }
    case "PageRequested":
    case "PageCalled":
    case "PageSent":
    case "PageDelayed":
    case "PageFailed":
    case "PageOutcomeUnknown":
    case "PageGroupRecognised":
    case "PageAcknowledged":
    case "AlertGroupAcknowledged":
    case "AcknowledgeDelayed":
      return evolvePaging(state, event, at);
    case "StatusUpdateRequested":
    case "HoldingStatementRequested":
    case "DraftProposed":
    case "DraftRevised":
    case "DraftShown":
    case "ApprovalGranted":
    case "ApprovalDenied":
    case "ApprovalVoided":
    case "ApprovalRevoked":
    case "FindingAcknowledged":
    case "ApproverAsked":
    case "BreakGlassUsed":
    case "CheckpointSkipped":
    case "TwinDetected":
    case "ApprovalExpired":
    case "DraftRejected":
    case "DraftCancelled":
    case "DraftSuperseded":
    case "DraftExpired":
    case "PublishStarted":
    case "PublishDeferred":
    case "PublishFailed":
    case "PublishOutcomeUnknown":
    case "PublishGivenUp":
    case "CardRepainted":
      return evolveDraft(state, event, at);
    case "PublishReconciled":
    case "PublishSucceeded":
      return withPublic(evolveDraft(state, event, at), event, at);
    case "PublishAttested":
      return withAttested(evolveDraft(state, event, at), event, at);
    case "AttestedEntryFound":
      return withAttested(state, event, at);
    case "ReviewOpened": {
      const { reviewId, draftId, by } = event;
      return { ...state, reviews: new Map(state.reviews).set(reviewId, { reviewId, draftId, by, openedAt: at }) };
    }
    case "ReviewClosed": {
      const review = state.reviews.get(event.reviewId);
      if (!review) return state;
      const closed = { ...review, closed: { by: event.by, finding: event.finding } };
      return { ...state, reviews: new Map(state.reviews).set(event.reviewId, closed) };
    }
    case "PagePostUnmatched": {
      const entry = { targetId: event.targetId, status: event.status, at };
      const unmatched = new Map(state.unmatched).set(event.updateId, entry);
      return { ...state, unmatched, ...changedByHand(state.public, event.targetId) };
    }
    case "PageEntryAttested": {
      const entry = state.unmatched.get(event.updateId);
      if (!entry) return state;
      const unmatched = new Map(state.unmatched).set(event.updateId, { ...entry, attestedBy: event.by });
      return { ...state, unmatched, ...accountedFor(state.public, event.updateId, entry) };
    }
    case "PublicLeftOpen":
      return { ...state, publicLeftOpen: { by: event.by, reason: event.reason } };
    case "IncidentResolved":
      return { ...state, status: "resolved", outcome: event.outcome, resolved: { ...event, by: actor, at } };
    case "PostmortemReserved":
      return { ...state, postmortem: { ...state.postmortem, issueId: event.issueId } };
    case "PostmortemDrafted":
      return { ...state, postmortem: { ...state.postmortem, drafted: event } };
    case "PostmortemFiled":
      return { ...state, postmortem: { ...state.postmortem, filed: event, filedAt: at } };
    case "PostmortemLinked":
      return { ...state, postmortem: { ...state.postmortem, linked: true } };
    case "PostmortemReviewed":
      return { ...state, postmortem: { ...state.postmortem, reviewed: event } };
    case "PostmortemDelayed":
      return { ...state, postmortem: { ...state.postmortem, delayed: event.reason } };
    case "NudgeIssued":
      return { ...state, nudges: { n: event.n, at, reason: event.reason } };
    case "EffectFailed": {
      const failure = { attempt: event.attempt, error: event.error, at };
      return { ...state, failures: new Map(state.failures).set(event.effectId, failure) };
    }
    case "SeverityChanged":
      return {
        ...state,
        severity: event.to,
        ...(event.opensRoom
          ? { roomWanted: true, roomWantedAt: at, ...(event.by ? { requester: event.by } : {}) }
          : {}),
        response: evolveResponse(state.response, event, at),
      };
    case "CheckpointWitnessed": {
      const { draftId, size, root16 } = event;
      return {
        ...state,
        witnesses: new Map(state.witnesses).set(witnessKey(state, draftId), { draftId, size, root16 }),
      };
    }
    case "EpochOpened":
      return beginEpoch(state.id, event, at);
    case "RecordBreakFound":
      return { ...state, breaks: new Map(state.breaks).set(event.incident ?? "log", event) };
    case "BrokenRoomFound":
      return { ...state, brokenRooms: new Map(state.brokenRooms).set(event.incident, event.channel) };
    case "CredentialExpiryFound":
      return { ...state, expiries: new Map(state.expiries).set(event.credential, event) };
    case "ClockSkewSeen":
      return { ...state, skewSeenAt: at };
    // Facts of the product's own stream: no incident's state follows from them.
    case "AuditRead":
    case "DetailsErased":
    case "IncidentExported":
    case "EpochDecided":
      return state;
    case "RunbooksChosen":
    case "RunbookAttached":
    case "RunbookDetached":
    case "ItemTicked":
    case "ItemUnticked":
    case "ItemSkipped":
    case "ItemAssigned":
    case "EscalationConfirmed":
    case "EvidenceStored":
    case "EvidenceLost":
    case "PhaseMoved":
    case "SeverityConfirmed":
    case "PublicUpdateWaived":
    case "CheckProven":
    case "CheckOverridden":
    case "TopicSet":
      return { ...state, response: evolveResponse(state.response, event, at) };
    case "NudgeListed":
    case "NudgesSilenced":
    case "NudgesUnsilenced":
    case "NoteTaken":
    case "ResponseRated":
    case "IncidentReopened":
    case "PersonCalledIn":
    case "ClosingNotShown":
    case "RoomNotArchived":
    case "BookmarkSet":
    case "NoteRevised":
    case "NoteWithdrawn":
    case "NotesReread":
      return evolveRoomLife(state, event, at);
    case "RoomMarked":
      return evolveMarking(state, event, at);
    case "WorkflowAsked":
    case "WorkflowNoted":
      return evolveWorkflow(state, event, at);
    default:
      return unreachable(event);
  }
}

/** From then on people can answer the closing message. */
const withClosingShown = (state: Incident, key: string, at: Instant): Incident =>
  key === closingKey(state) && state.life.closingShownAt === undefined
    ? { ...state, life: { ...state.life, closingShownAt: at } }
    : state;

/** Customers read other words there than ours from now on. */
const changedByHand = (shown: Incident["public"], targetId: string): Pick<Incident, "public"> =>
  shown?.targetId === targetId ? { public: { ...shown, byHand: true } } : {};

/** What somebody posted by hand on our own public incident and has accounted for is what the next update builds on. */
function accountedFor(
  shown: Incident["public"],
  updateId: string,
  entry: { targetId: string; status: string },
): Pick<Incident, "public"> {
  if (shown?.targetId !== entry.targetId) return {};
  const status = publicStatus(entry.status) ?? shown.status;
  return { public: { ...shown, rev: `${updateId}|${entry.status}`, status, byHand: true } };
}

const publicStatus = (text: string | undefined) => PUBLIC_STATUSES.find((known) => known === text);

/** A publish that reached the page changes what customers read. */
function withPublic(state: Incident, event: EventOf<"PublishSucceeded" | "PublishReconciled">, at: Instant): Incident {
  const content = state.drafts.get(event.draftId)?.content;
  if (!content || !event.targetId || !event.rev) return state;
  if (event.type === "PublishReconciled" && event.result !== "found") return state;
  return {
    ...state,
    lastPublicAt: at,
    public: {
      targetId: event.targetId,
      url: event.url ?? "",
      rev: event.rev,
      title: content.title,
      status: content.status,
      body: content.body,
      publishedAt: at,
      components: { ...state.public?.components, ...content.components },
    },
  };
}

/**
 * What a person has published by hand, by their word. Which entry of the page it is comes from reading the page; while that is
 * not known, nothing else may be published: it could become a second public incident.
 */
function withAttested(
  state: Incident,
  event: EventOf<"PublishAttested" | "AttestedEntryFound">,
  at: Instant,
): Incident {
  const { content, attested } = state.drafts.get(event.draftId) ?? {};
  if (!content || !attested) return state;
  if (event.targetId === null || event.rev === null) {
    return {
      ...state,
      lastPublicAt: at,
      publicUnread: { draftId: event.draftId, by: attested.by, link: attested.link },
    };
  }
  const { publicUnread: _found, ...rest } = state;
  return {
    ...rest,
    lastPublicAt: event.type === "PublishAttested" ? at : (state.lastPublicAt ?? at),
    public: {
      targetId: event.targetId,
      url: event.type === "PublishAttested" ? event.link : event.url,
      rev: event.rev,
      title: content.title,
      status: publicStatus(event.rev.split("|")[1]) ?? content.status,
      body: content.body,
      publishedAt: at,
      components: state.public?.components ?? {},
      ...(attested.textHash === textHash(content.body) ? {} : { byHand: true }),
    },
  };
}
