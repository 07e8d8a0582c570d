import { createHash } from "node:crypto";
import { ROOM_STEPS } from "../../shared/contracts/outbox.ts";
import type { AlertLineView, MessageView } from "../../shared/contracts/views.ts";
import type { Instant } from "../platform/clock.ts";
import { owedMoves } from "./alert-groups.ts";
import { archiveDueAt, type Grace } from "./archive-due.ts";
import { DRAFT_TTL_MS } from "./decide/drafts.ts";
import { holdingWanted } from "./decide/holding.ts";
import { isFinal } from "./evolve-draft.ts";
import { readingDue } from "./marking.ts";
import { awaitsLastLook, notesToReread } from "./notes-to-reread.ts";
import { dueNudge } from "./nudges.ts";
import { type PagingEffect, type PagingTiming, pagingEffects } from "./paging-effects.ts";
import { paintId } from "./paint-id.ts";
import { owedPostmortemCare } from "./postmortem-care.ts";
import { overdueOf } from "./response/overdue.ts";
import { sustainedRaises } from "./response/sustained.ts";
import { BUSY, type Card, closingKey, counted, type Draft, type Incident, type Painted } from "./state.ts";
import { unshownClosing } from "./unshown-closing.ts";
import { alertGroupsView } from "./views/alert-groups-view.ts";
import { auditNotices, brokenRoomNotices } from "./views/audit-notices.ts";
import { checklistHolder, checklistKey, checklistView } from "./views/checklist-view.ts";
import { commandNotices } from "./views/command-notices.ts";
import { contextView } from "./views/context-view.ts";
import { escalationNotices } from "./views/escalation-notices.ts";
import { expiryNotices } from "./views/expiry-notices.ts";
import { gateNotices } from "./views/gate-notices.ts";
import { HEADLINE, headlineRaisedView, headlineView } from "./views/headline-view.ts";
import { joinView } from "./views/join-view.ts";
import { lateWitnesses } from "./views/late-witnesses.ts";
import { lifeNotices } from "./views/life-notices.ts";
import { marksKey, marksView } from "./views/marks-view.ts";
import { notArchivedNotice } from "./views/not-archived-notice.ts";
import { pageView } from "./views/page-view.ts";
import { peopleNotice } from "./views/people-notice.ts";
import { type RoomBookmark, roomBookmarks } from "./views/room-bookmarks.ts";
import {
  alertLineView,
  closingView,
  nudgeView,
  offerView,
  postmortemView,
  reopenedClosingView,
} from "./views/room-messages.ts";
import { roomTopic, topicOwed, topicRev } from "./views/room-topic.ts";
import { unshownClosingNotice } from "./views/unshown-closing-notice.ts";
import type { ViewWorld } from "./views/view-world.ts";
import { unwitnessed, witnessNotices } from "./views/witness-notices.ts";
import { workflowNotices } from "./views/workflow-notices.ts";
import { witnessKey } from "./witness-key.ts";

/** Work that the state says is still owed. `id` is stable: the same debt has the same id on every replica. */
export type BridgeEffect =
  | PagingEffect
  | { kind: "find-responders"; id: string }
  | { kind: "gather-context"; id: string }
  | { kind: "draft-update"; id: string; draftId: string }
  | { kind: "propose-holding"; id: string }
  | { kind: "publish"; id: string; draftId: string }
  | { kind: "reconcile"; id: string; draftId: string }
  | { kind: "lapse"; id: string; draftId: string }
  | { kind: "expire-draft"; id: string; draftId: string }
  | { kind: "watch-twin"; id: string; draftId: string }
  | { kind: "watch-page"; id: string }
  | { kind: "draft-postmortem"; id: string }
  | { kind: "file-postmortem"; id: string }
  | { kind: "link-postmortem"; id: string }
  | { kind: "watch-review"; id: string }
  | { kind: "witness"; id: string; draftId: string | null }
  | { kind: "move-alerts"; id: string; to: string }
  | { kind: "nudge"; id: string; n: number }
  | { kind: "give-up-closing"; id: string }
  | { kind: "attach-runbook"; id: string; runbookId: string }
  | { kind: "raise-severity"; id: string; rule: string }
  | { kind: "ring-again"; id: string; afterMs: number }
  | { kind: "watchdog-speak"; id: string; afterMs: number };

export type SlackEffect =
  | { kind: "assemble-room"; id: string }
  | {
      kind: "paint-message";
      id: string;
      key: string;
      rev: string;
      view: MessageView;
      where: MessagePlace;
      pin: boolean;
      unpin?: boolean;
      /** The message to which it is a reply. */
      thread?: string;
      /** Another incident's room, in place of `where`. */
      channel?: string;
    }
  | { kind: "set-topic"; id: string; rev: string }
  | { kind: "reread-messages"; id: string; messages: string[] }
  | { kind: "set-bookmark"; id: string; bookmark: RoomBookmark }
  | { kind: "show-card"; id: string; draftId: string }
  | { kind: "repaint-card"; id: string; draftId: string; card: Card; rev: string }
  | { kind: "invite-person"; id: string; userId: string }
  | { kind: "remove-message"; id: string; key: string; message: Painted }
  | { kind: "read-room"; id: string; after: string | null }
  | { kind: "archive-room"; id: string };

/** The incident's own room, or one of the channels that everybody reads. */
export type MessagePlace = "room" | "alerts" | "announcements";

export interface EffectTiming extends PagingTiming, Grace {
  watchdogRingMs: number;
  /** There is an audit log, so what was published is covered and its digest told. */
  witness?: boolean;
  watchdogPostMs: number;
  /** A message that follows the state is edited at most this often. */
  repaintEveryMs: number;
  /** After an edit the card's own execution repaints it; only then does anybody else. */
  cardGraceMs: number;
  /** A card older than this may have lost the execution that serves its buttons. */
  cardLapseMs: number;
  /** A page that nobody acknowledges for this long offers the next step. */
  pageAckMs: number;
}

/** The page is watched for hand-made posts until this long after the incident is over. */
const PAGE_WATCH_AFTER_MS = 86_400_000;

/** What the bridge itself still has to do, most urgent first. Pure: the same state and time give the same list. */
export function bridgeEffects(state: Incident, now: Instant, world: ViewWorld, timing: EffectTiming): BridgeEffect[] {
  const id = (...parts: (string | number)[]) => [state.id, ...parts].join(":");
  const care = owedPostmortemCare(state).map((kind) => ({ kind, id: id(kind, counted(state.life.reopenings.length)) }));
  if (state.status === "none" || state.status === "archived") return care;
  const effects: BridgeEffect[] = [];

  for (const draft of state.drafts.values()) {
    const { draftId, attempt } = draft;
    const [approval] = draft.approvals;
    if ((draft.state === "APPROVED" || draft.state === "PARTIAL") && approval) {
      // Named after the grant: the id is the command's id too, and a later grant of the same draft must end as well.
      if (draft.approvals.some(({ expiresAt }) => now >= expiresAt))
        effects.push({ kind: "lapse", id: id("lapse", approval.approvalId), draftId });
      else if (draft.state === "APPROVED" && now >= (draft.notBefore ?? 0))
        effects.push({ kind: "publish", id: id("publish", approval.approvalId, draft.attempts), draftId });
    }
    if (draft.state === "PUBLISHING" && attempt && now >= attempt.leaseUntil) {
      effects.push({ kind: "lapse", id: id("lapse", attempt.attemptId), draftId });
    }
    if (draft.state === "UNKNOWN" && attempt && now >= (attempt.lookAfter ?? 0)) {
      effects.push({ kind: "reconcile", id: id("reconcile", attempt.attemptId, attempt.absences), draftId });
    }
    if (attempt && draft.state !== "UNKNOWN" && !draft.twin && now < (draft.twinWatchUntil ?? 0)) {
      effects.push({ kind: "watch-twin", id: id("watch-twin", attempt.attemptId), draftId });
    }
    if (draft.state === "REQUESTED") effects.push({ kind: "draft-update", id: id("draft", draftId), draftId });
    if (
      !isFinal(draft) &&
      !BUSY.includes(draft.state) &&
      now >= (draft.proposedAt ?? draft.requestedAt) + DRAFT_TTL_MS
    ) {
      effects.push({ kind: "expire-draft", id: id("expire-draft", draftId), draftId });
    }
  }

  if (holdingWanted(state, now, world)) effects.push({ kind: "propose-holding", id: id("propose-holding") });
  effects.push(...pagingEffects(state, now, world, timing));
  if (state.publicUnread) {
    effects.push({ kind: "watch-page", id: id("watch-page", state.publicUnread.draftId) });
  } else if (state.roomOpenedAt && now < (state.resolved?.at ?? now) + PAGE_WATCH_AFTER_MS) {
    effects.push({ kind: "watch-page", id: id("watch-page") });
  }
  if (state.status === "open" && state.roomWanted) {
    if (!state.responders) effects.push({ kind: "find-responders", id: id("find-responders") });
    if (!state.context?.complete) effects.push({ kind: "gather-context", id: id("gather-context") });
    if (!state.roomOpenedAt) {
      const afterMs = now - state.roomWantedAt;
      if (afterMs >= timing.watchdogRingMs && !state.rungAgainAt)
        effects.push({ kind: "ring-again", id: id("ring-again"), afterMs });
      if (afterMs >= timing.watchdogPostMs && !state.watchdogSpokeAt)
        effects.push({ kind: "watchdog-speak", id: id("watchdog-speak"), afterMs });
    } else {
      const due = dueNudge(state, now, world.nudgeEveryMs(state.severity), overdueOf(state, now));
      if (due) effects.push({ kind: "nudge", id: id("nudge", due.n), n: due.n });
    }
  }
  for (const to of owedMoves(state).keys()) effects.push({ kind: "move-alerts", id: id("move-alerts", to), to });
  const chosen = (state.response.chosen ?? []).filter(({ attach }) => attach).map(({ runbookId }) => runbookId);
  for (const runbookId of state.status === "open" ? new Set(chosen) : []) {
    if (!state.response.attached.some(({ runbook }) => runbook.id === runbookId))
      effects.push({ kind: "attach-runbook", id: id("attach", runbookId), runbookId });
  }
  for (const { rule } of sustainedRaises(state, now))
    effects.push({ kind: "raise-severity", id: id("raise", rule), rule });
  const owesPostmortem = state.resolved?.outcome === "resolved" && state.roomWanted && !state.postmortem.filed;
  if (owesPostmortem && !awaitsLastLook(state, now)) {
    const kind = state.postmortem.drafted ? "file-postmortem" : "draft-postmortem";
    effects.push({ kind, id: id(`${kind}${counted(state.life.reopenings.length)}`) });
  }
  effects.push(...care);
  const unshown = unshownClosing(state, now);
  if (unshown) effects.push({ kind: "give-up-closing", id: id("give-up", unshown.key) });
  for (const draftId of timing.witness ? unwitnessed(state) : []) {
    effects.push({ kind: "witness", id: id("witness", witnessKey(state, draftId)), draftId });
  }
  return effects;
}

/** What Slack's side still has to do, in order of urgency: approval, invite, command, context. */
export function slackEffects(state: Incident, now: Instant, world: ViewWorld, timing: EffectTiming): SlackEffect[] {
  if (state.status === "none" || state.status === "archived") return [];
  return [
    ...cards(state, now, timing),
    ...room(state),
    ...guests(state),
    ...topic(state),
    ...bookmarks(state),
    ...reread(state),
    ...messages(state, now, world, timing),
    ...staleNudges(state),
    ...staleMarks(state),
    ...reading(state, now, world),
    ...archive(state, now, world, timing),
  ];
}

function cards(state: Incident, now: Instant, timing: EffectTiming): SlackEffect[] {
  if (state.channel === undefined) return [];
  return [...state.drafts.values()].flatMap((draft) => {
    const editedJustNow = draft.revisedAt !== undefined && now < draft.revisedAt + timing.cardGraceMs;
    if (editedJustNow) return [];
    const effects: SlackEffect[] = [];
    if (needsCard(draft, now, timing)) {
      effects.push({
        kind: "show-card",
        id: `${state.id}:show:${draft.draftId}:${draft.version}:${draft.showings}`,
        draftId: draft.draftId,
      });
    }
    for (const card of draft.oldCards) {
      const rev = `pointer-${draft.version}-${draft.state}`;
      effects.push({ kind: "repaint-card", id: repaintId(state, draft, card, rev), draftId: draft.draftId, card, rev });
    }
    const rev = finalRev(draft, now, timing);
    if (draft.card && rev !== undefined && draft.card.repaintedRev !== rev) {
      effects.push({
        kind: "repaint-card",
        id: repaintId(state, draft, draft.card, rev),
        draftId: draft.draftId,
        card: draft.card,
        rev,
      });
    }
    return effects;
  });
}

const repaintId = (state: Incident, draft: Draft, card: Card, rev: string): string =>
  `${state.id}:repaint:${draft.draftId}:${card.ts}:${rev}`;

/** A draft waits for people and nobody can see it with working buttons. */
function needsCard(draft: Draft, now: Instant, timing: EffectTiming): boolean {
  if (!["DRAFTED", "SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"].includes(draft.state)) return false;
  return draft.card === undefined || now >= draft.card.shownAt + timing.cardLapseMs;
}

/** What the current card must show once its buttons no longer apply; undefined while they do. */
function finalRev(draft: Draft, now: Instant, timing: EffectTiming): string | undefined {
  const newest = draft.approvals.at(-1);
  switch (draft.state) {
    case "PUBLISHED":
    case "REJECTED":
    case "EXPIRED":
    case "CANCELLED":
    case "SUPERSEDED":
    case "UNKNOWN":
      return draft.state;
    case "APPROVED":
    case "PUBLISHING":
      // The click's own handler has painted this; only if the page takes long does the card need more.
      return newest && now >= newest.grantedAt + timing.cardGraceMs ? `publishing-${draft.notBefore ?? 0}` : undefined;
    default:
      return undefined;
  }
}

/** Steps that the room works without are tried this often, then shown as not done. */
const MAX_STEP_FAILURES = 3;

function room(state: Incident): SlackEffect[] {
  if (state.status !== "open" || !state.roomWanted || !state.responders) return [];
  const owed = ROOM_STEPS.some((step) => {
    const given = state.roomOpenedAt !== undefined && (state.stepFailures[step] ?? 0) >= MAX_STEP_FAILURES;
    return !state.steps[step]?.ok && !given;
  });
  return owed ? [{ kind: "assemble-room", id: `${state.id}:assemble-room` }] : [];
}

/** The topic follows severity and phase. The room's opening set the first one. */
function topic(state: Incident): SlackEffect[] {
  if (!state.roomOpenedAt || !topicOwed(state)) return [];
  const rev = topicRev(roomTopic(state));
  return [{ kind: "set-topic", id: `${state.id}:topic:${rev}`, rev }];
}

/** Some bookmarks follow severity, phase and what is public. One that Slack keeps refusing is let go: the room works without it. */
function bookmarks(state: Incident): SlackEffect[] {
  if (!state.roomOpenedAt) return [];
  return roomBookmarks(state).flatMap((bookmark) => {
    const id = `${state.id}:bookmark:${bookmark.key}:${bookmark.rev}`;
    const shown = state.life.bookmarks.get(bookmark.key)?.rev === bookmark.rev;
    const refused = (state.failures.get(id)?.attempt ?? 0) >= MAX_STEP_FAILURES;
    return shown || refused ? [] : [{ kind: "set-bookmark" as const, id, bookmark }];
  });
}

function reread(state: Incident): SlackEffect[] {
  const due = notesToReread(state);
  return due ? [{ kind: "reread-messages", id: due.effectId, messages: due.messages.map(({ ts }) => ts) }] : [];
}

function messages(state: Incident, now: Instant, world: ViewWorld, timing: EffectTiming): SlackEffect[] {
  const effects: SlackEffect[] = [];
  const paint = (
    key: string,
    view: MessageView | undefined,
    options: {
      where?: MessagePlace;
      rev?: string;
      once?: boolean;
      pin?: boolean;
      unpin?: boolean;
      thread?: string;
      channel?: string;
    } = {},
  ) => {
    if (!view) return;
    const painted = state.messages.get(key);
    if (painted && options.once) return;
    const rev = options.once ? "1" : (options.rev ?? revisionOf(view));
    if (painted?.rev === rev || (painted && now < painted.at + timing.repaintEveryMs)) return;
    const { where = "room", pin = false, unpin = false, thread, channel } = options;
    effects.push({
      kind: "paint-message",
      id: paintId(state, key, painted ? rev : undefined),
      key,
      rev,
      view,
      where,
      pin,
      ...(unpin ? { unpin } : {}),
      ...(thread === undefined ? {} : { thread }),
      ...(channel === undefined ? {} : { channel }),
    });
  };

  if (state.roomOpenedAt && state.channel !== undefined) {
    // Whoever took command before the offer was posted needs no offer.
    if (!state.commander || state.messages.has("offer-0")) paint("offer-0", offerView(state, 0, world));
    for (let n = 1; n <= state.offers.length; n += 1) paint(`offer-${n}`, offerView(state, n, world));
    if (state.messages.has("context")) paint("context", contextView(state, world));
    for (const phase of new Set(state.response.phases)) {
      if (phase === "review") continue;
      const current = phase === checklistHolder(state);
      const key = checklistKey(phase);
      // The room is opened with the first one; whoever opens it posts that.
      if (phase === "detect" && !state.messages.has(key)) continue;
      if (!current && !state.messages.has(key)) continue;
      const again = state.response.phases.lastIndexOf(phase) !== state.response.phases.indexOf(phase);
      const pin = current && (!state.messages.has(key) || again);
      paint(key, checklistView(state, phase, world), { pin, unpin: !current });
    }
    if (nudgeApplies(state)) paint(`nudge-${state.nudges.n}`, nudgeView(state, world), { once: true });
    for (const page of state.pages.values())
      paint(`page-${page.pageId}`, pageView(state, page, now, world, timing.pageAckMs));
    for (const { key, view } of commandNotices(state, world)) paint(key, view, { once: true });
    for (const { key, view } of gateNotices(state, now, world)) paint(key, view, { once: true });
    for (const { key, view } of lifeNotices(state, now, world)) paint(key, view);
    for (const { key, view } of [...auditNotices(state), ...expiryNotices(state)]) paint(key, view);
    for (const { key, view } of escalationNotices(state, now, world)) paint(key, view);
    for (const { key, view } of workflowNotices(state, world)) paint(key, view, { once: true });
    const marks = marksKey(state);
    if (marks !== undefined && (state.status === "open" || state.messages.has(marks)))
      paint(marks, marksView(state, world));
    for (const [n, join] of state.joins.entries()) paint(`join-${n + 1}`, joinView(state, join, world));
    paint("alert-groups", alertGroupsView(state));
    paint(HEADLINE, headlineView(state, world), { where: "announcements" });
    paint(`headline-${state.severity}`, headlineRaisedView(state), { where: "announcements", once: true });
    for (const [n, end] of state.life.reopenings.entries())
      paint(`closing${counted(n)}`, reopenedClosingView(state, end));
    paint(closingKey(state), closingView(state, world));
    paint(`postmortem${counted(state.life.reopenings.length)}`, postmortemView(state), { once: true });
    for (const { key, view, thread } of witnessNotices(state)) paint(key, view, { once: true, thread });
    for (const { key, view, thread } of timing.witness ? lateWitnesses(state, now) : []) paint(key, view, { thread });
  }
  if (state.status === "open") paint("people_notice", peopleNotice(state), { where: "alerts", once: true });
  paint(`unshown-${closingKey(state)}`, unshownClosingNotice(state), { where: "alerts", once: true });
  for (const { key, view, channel } of brokenRoomNotices(state)) paint(key, view, { channel, once: true });
  const standing = notArchivedNotice(state);
  if (standing) paint(standing.key, standing.view, { where: standing.where, once: true });
  if (hasAlertLine(state) && (!state.roomWanted || state.messages.has("alert_line"))) {
    const line = alertLineView(state, world);
    paint("alert_line", line, { where: "alerts", rev: lineRevisionOf(line) });
  }
  return effects;
}

/** The last reminder still says something true: customers have heard nothing since. */
const nudgeApplies = ({ status, nudges, lastPublicAt, response }: Incident): boolean =>
  status === "open" &&
  nudges.n > 0 &&
  (lastPublicAt ?? 0) <= (nudges.at ?? 0) &&
  ((response.publicUpdateWaived?.at ?? 0) <= (nudges.at ?? 0) || (nudges.points?.length ?? 0) > 0);

/** A new reminder takes the place of the old one, and one that no longer holds goes: a room keeps at most one. */
function staleNudges(state: Incident): SlackEffect[] {
  const current = `nudge-${state.nudges.n}`;
  const replaced = !nudgeApplies(state) || state.messages.has(current);
  return [...state.messages].flatMap(([key, message]) =>
    /^nudge-\d+$/.test(key) && replaced && !(key === current && nudgeApplies(state))
      ? [{ kind: "remove-message" as const, id: `${state.id}:remove:${key}`, key, message }]
      : [],
  );
}

/** A new list of suggestions takes the place of the old one. */
function staleMarks(state: Incident): SlackEffect[] {
  const current = marksKey(state);
  if (current === undefined || !state.messages.has(current)) return [];
  return [...state.messages].flatMap(([key, message]) =>
    /^marks-\d+$/.test(key) && key !== current
      ? [{ kind: "remove-message" as const, id: `${state.id}:remove:${key}`, key, message }]
      : [],
  );
}

/** What people wrote is read for suggestions while nobody is waiting for anything more urgent. */
function reading(state: Incident, now: Instant, world: ViewWorld): SlackEffect[] {
  const n = state.channel === undefined ? undefined : readingDue(state, now, world.markEveryMs);
  if (n === undefined) return [];
  return [{ kind: "read-room", id: `${state.id}:read:${n}`, after: state.marking?.until ?? null }];
}

/** People who were let in, or called in, after the room had opened. */
function guests(state: Incident): SlackEffect[] {
  if (state.channel === undefined) return [];
  const accepted = state.joins.flatMap(({ userId, acceptedBy }) => (acceptedBy === undefined ? [] : userId));
  return [...new Set([...accepted, ...state.life.calledIn.keys()])].flatMap((userId) =>
    state.invited.has(userId) ? [] : [{ kind: "invite-person" as const, id: `${state.id}:invite:${userId}`, userId }],
  );
}

/** Below the opening rule an alert is one line in the alerts channel; the least severe are only recorded. */
export const hasAlertLine = (state: Incident): boolean =>
  state.opened !== undefined && !state.opened.room && state.severity !== "SEV4";

/** How long archiving waits for the headline to say that it is over. */
const HEADLINE_PATIENCE_MS = 15 * 60_000;

function archive(state: Incident, now: Instant, world: ViewWorld, timing: EffectTiming): SlackEffect[] {
  const due = state.life.notArchived ? undefined : archiveDueAt(state, timing);
  if (due === undefined || now < due) return [];
  // Nothing is painted once the room is archived, so a headline that stands says so first; a channel that refuses the edit must
  // not keep the room for ever.
  const headline = headlineView(state, world);
  const stands = state.messages.get(HEADLINE);
  const behind = headline !== undefined && stands !== undefined && stands.rev !== revisionOf(headline);
  if (behind && now < due + HEADLINE_PATIENCE_MS) return [];
  return [{ kind: "archive-room", id: `${state.id}:archive-room` }];
}

/** Of an alert's line: its title never changes, and whoever asks whether the line is up to date may not be able to read it. */
export const lineRevisionOf = (line: AlertLineView): string => revisionOf({ ...line, title: "" });

/** Names the content of a view: two views with the same words have the same revision. */
export const revisionOf = (view: MessageView): string =>
  createHash("sha256").update(JSON.stringify(view)).digest("hex").slice(0, 16);
