import { type Budget, startBudget } from "../clients/budget.ts";
import type { OnCallPaging, PageOutcome } from "../clients/oncall-paging.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import {
  recordAcknowledgeDelayed,
  recordGroupAcknowledged,
  recordPageAcknowledged,
  recordPageCalled,
  recordPageOutcome,
} from "../incident/decide/paging.ts";
import { happened, nothingNew } from "../incident/decision.ts";
import { type EscalationTiming, escalations } from "../incident/escalations.ts";
import type { EventOf } from "../incident/events.ts";
import type { Incident, Page } from "../incident/state.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import { type PeopleOfPageDeps, peopleOfPage } from "../paging/people-of-page.ts";
import type { Clock } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler, EffectResult } from "./effect-handlers.ts";

export interface PagingDeps extends PeopleOfPageDeps {
  ledger: Ledger;
  paging: OnCallPaging;
  clock: Clock;
  /** Bound of one look at OnCall. */
  budgetMs: number;
  /** A call whose reply is lost can still land until this long after it. */
  settleMs: number;
  retryMs: number;
  pollMs: number;
  giveUpMs: number;
}

/** A page whose calls never leave this machine is given up, however long it still has. */
const MAX_CALLS = 10;

/**
 * Pages somebody through OnCall, whose API has no idempotency key. So each call is written down first, and a call without an
 * outcome is looked up before another is made; what cannot be looked up is said to be unknown and never repeated.
 */
export const sendPageEffect =
  (deps: PagingDeps): EffectHandler<"send-page"> =>
  async ({ pageId }, state) => {
    const page = state.pages.get(pageId);
    if (!page || page.sent) return "done";
    const budget = startBudget(deps);
    const calls = page.call?.n ?? 0;
    const record = recorder(deps, state, page);

    // 1. An earlier call without a known end: what became of it?
    if (page.call && page.trouble?.kind !== "delayed") {
      const found = await whatBecame(page.call, pageId, budget, deps);
      if (found.kind === "too-soon") return { later: deps.settleMs };
      if (found.kind === "accepted" || found.kind === "unknown") return record(calls, found);
    }
    // 2. Whom OnCall has to notify. While it cannot be asked, nothing is sent.
    const whom = await peopleOfPage(page.request.target, budget, deps);
    if (whom.kind === "nobody") return record(calls, { kind: "refused", why: whom.why });
    if (whom.kind === "later") return record(calls, { kind: "not-sent", why: whom.why });
    // 3. Into the alert group that exists, else into a new one that carries our link.
    const into = pagedGroup(state);
    const outcome = await call(page, calls + 1, into, whom.people, state, deps);
    if (outcome.kind !== "refused" || !outcome.groupGone || into === null) return record(calls + 1, outcome);
    return record(calls + 2, await call(page, calls + 2, null, whom.people, state, deps));
  };

type Found =
  | { kind: "accepted"; groupId: string; link: string | null }
  | { kind: "absent" }
  | { kind: "too-soon" }
  | { kind: "unknown"; why: string };

/** A new group carries our link, so it can be found. Whom OnCall called into an existing group it tells nobody but by webhook. */
async function whatBecame(
  { groupId, at }: NonNullable<Page["call"]>,
  pageId: string,
  budget: Budget,
  { paging, clock, settleMs }: PagingDeps,
): Promise<Found> {
  if (groupId !== null) return { kind: "unknown", why: "its answer was lost" };
  const read = await paging.groupsSince(at, { timeoutMs: Math.max(1, budget.leftMs()) });
  if (isUnavailable(read)) return { kind: "unknown", why: `OnCall: ${read.unavailable}` };
  const ours = read.groups.find(({ permalink }) => permalink?.split(/[?&=]/).includes(pageId));
  if (ours) return { kind: "accepted", groupId: ours.id, link: ours.link };
  if (!read.complete) return { kind: "unknown", why: "too many alert groups to look through" };
  if (clock.now() < at + settleMs) return { kind: "too-soon" };
  return { kind: "absent" };
}

/** The newest alert group that still takes people; one of the alert before one that a page made. Null: a new one. */
function pagedGroup({ onCallGroups }: Incident): string | null {
  const open = [...onCallGroups].filter(([, { state }]) => state !== "resolved");
  const ofAlert = open.filter(([, { ofPage }]) => !ofPage);
  return (ofAlert.at(-1) ?? open.at(-1))?.[0] ?? null;
}

async function call(
  { pageId, request }: Page,
  n: number,
  groupId: string | null,
  people: EventOf<"PageCalled">["people"],
  state: Incident,
  { ledger, paging, teamId }: PagingDeps,
): Promise<PageOutcome | { kind: "busy" }> {
  const called = inLedgerForm({ pageId, n, groupId, people });
  const claimed = await ledger.execute(
    state.id,
    { commandId: `${state.id}:page-call:${pageId}:${n}`, actor: BRIDGE },
    (now) => recordPageCalled(now, called),
  );
  // Another process makes this very call, and records what comes of it.
  if (claimed.kind === "refused" || claimed.repeated || claimed.events.length === 0) return { kind: "busy" };
  const { opened, channel } = state;
  return paging.page({
    groupId,
    people,
    important: request.important,
    title: `${state.severity} ${opened?.service ?? "unknown"}: ${opened?.title ?? state.id}`.slice(0, 200),
    message: request.message ?? "You are needed in the war room.",
    link: `https://app.slack.com/client/${teamId}/${channel ?? ""}?incident=${state.id}&page=${pageId}`,
  });
}

type Ended =
  | Extract<PageOutcome, { kind: "accepted" | "unknown" | "not-sent" }>
  | { kind: "refused"; why: string }
  | { kind: "busy" };

/** Records the end of one try, under the number of calls made so far: each kind of end happens once after each call. */
const recorder =
  (deps: PagingDeps, state: Incident, { pageId, requestedAt }: Page) =>
  async (calls: number, ended: Ended): Promise<EffectResult> => {
    const { clock, giveUpMs, retryMs, settleMs } = deps;
    const tell = async (event: EventOf<"PageSent" | "PageDelayed" | "PageFailed" | "PageOutcomeUnknown">) => {
      const commandId = `${state.id}:page-end:${pageId}:${calls}:${event.type}`;
      const told = inLedgerForm("reason" in event ? { ...event, reason: event.reason.slice(0, 300) } : event);
      await deps.ledger.execute(state.id, { commandId, actor: BRIDGE }, (now) => recordPageOutcome(now, told));
    };
    switch (ended.kind) {
      case "busy":
        return { later: settleMs };
      case "accepted":
        await tell({ type: "PageSent", pageId, groupId: ended.groupId, link: ended.link });
        return "done";
      case "refused":
        await tell({ type: "PageFailed", pageId, reason: ended.why });
        return "done";
      case "unknown":
        await tell({ type: "PageOutcomeUnknown", pageId, reason: ended.why });
        return { later: settleMs };
      case "not-sent":
        if (clock.now() >= requestedAt + giveUpMs || calls >= MAX_CALLS) {
          await tell({ type: "PageFailed", pageId, reason: `${ended.why}, and it is too late now` });
          return "done";
        }
        await tell({ type: "PageDelayed", pageId, reason: ended.why });
        return { later: ended.waitMs ?? retryMs };
      default:
        return unreachable(ended);
    }
  };

/** The webhook that tells of an answer may be lost: OnCall is asked, too. */
export const pollPageEffect =
  ({ ledger, paging, clock, budgetMs, pollMs }: PagingDeps): EffectHandler<"poll-page"> =>
  async ({ id, pageId }, state) => {
    const page = state.pages.get(pageId);
    if (!page?.sent || !page.call) return "done";
    const { sent, call: made } = page;
    // Ever more seldom: OnCall's limit is shared with the lookups of new incidents, which are more urgent.
    const again = { later: Math.max(pollMs, Math.round((clock.now() - sent.at) / 4)) };
    const group = await paging.group(sent.groupId, { timeoutMs: budgetMs, priority: "context" });
    if (isUnavailable(group) || group === "not-there") return again;
    const { acknowledgedBy: by, acknowledgedAt = 0 } = group;
    if (by === undefined || acknowledgedAt < made.at || !made.people.some((person) => person.id === by)) {
      return again;
    }
    await ledger.execute(state.id, { commandId: `${id}:answered`, actor: BRIDGE }, (now) =>
      recordPageAcknowledged(now, { pageId, by }),
    );
    return "done";
  };

/** Somebody has command, so phones may stop. A failure is said in the room and tried again; nothing waits for it. */
export const acknowledgeGroupEffect =
  ({ ledger, paging, pollMs }: PagingDeps): EffectHandler<"acknowledge-group"> =>
  async ({ id, groupId }, state) => {
    const outcome = await paging.acknowledge(groupId);
    if (outcome.kind === "acknowledged") {
      await ledger.execute(state.id, { commandId: id, actor: BRIDGE }, (now) =>
        recordGroupAcknowledged(now, { groupId, already: outcome.already }),
      );
      return "done";
    }
    const reason = inLedgerForm(outcome.why).slice(0, 300);
    await ledger.execute(state.id, { commandId: `${id}:delayed`, actor: BRIDGE }, (now) =>
      recordAcknowledgeDelayed(now, { groupId, reason }),
    );
    return { later: pollMs };
  };

/** Somebody has not answered in time: what follows is recorded, and from that the page goes out. */
export const escalateEffect =
  ({
    ledger,
    world,
    timing,
  }: {
    ledger: Ledger;
    world: ViewWorld;
    timing: EscalationTiming;
  }): EffectHandler<"escalate"> =>
  async ({ id }, state) => {
    await ledger.execute(state.id, { commandId: id, actor: BRIDGE }, (now, at) => {
      const due = escalations(now, at, world, timing).find((one) => one.id === id);
      return due === undefined ? nothingNew : happened(...due.events);
    });
    return "done";
  };
