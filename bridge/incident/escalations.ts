import type { Instant } from "../platform/clock.ts";
import { openOffer } from "./decide/command-role.ts";
import { isRinging, type PageTarget } from "./decide/paging.ts";
import type { EventOf, IncidentEvent } from "./events.ts";
import type { PAGE_CAUSES } from "./paging-events.ts";
import { dueEscalations } from "./response/due-escalations.ts";
import type { Draft, Incident } from "./state.ts";
import type { ViewWorld } from "./views/view-world.ts";

export interface EscalationTiming {
  /** Command that was offered and taken by nobody: the next person is paged after this long, again and again. */
  commandOfferMs: number;
  /** A handover, or a question to a silent commander, that nobody answers. */
  handoverLapseMs: number;
  /** A commander who records nothing for this long is asked whether they are there. */
  commandSilenceMs: number;
}

/** Something nobody has answered in time. The id is the command that records it: it happens once. */
export interface Escalation {
  id: string;
  events: readonly IncidentEvent[];
}

/** What is due now because people have not answered. Pure: the same state and time give the same list. */
export function escalations(state: Incident, now: Instant, world: ViewWorld, timing: EscalationTiming): Escalation[] {
  if (state.status !== "open" || state.roomOpenedAt === undefined) return [];
  return [
    ...unacceptedOffer(state, state.roomOpenedAt, now, world, timing),
    ...lapsedHandover(state, now, timing),
    ...silentCommander(state, now, world, timing),
    ...unansweredApprovers(state, now, world),
    ...dueEscalations(state, now, world).map(({ pageId, target, message }) => ({
      id: escalationId(state, pageId),
      events: [pageEvent(pageId, target, "runbook", message)],
    })),
  ];
}

/** Nobody took command: one person after another is paged, in the order in which they were called. */
function unacceptedOffer(
  state: Incident,
  roomOpenedAt: Instant,
  now: Instant,
  world: ViewWorld,
  { commandOfferMs }: EscalationTiming,
): Escalation[] {
  if (state.commander !== undefined || !state.responders) return [];
  const pages = [...state.pages.values()].filter(({ request }) => request.cause === "command-offer");
  const last = pages.at(-1);
  const since = Math.max(roomOpenedAt, last?.requestedAt ?? 0);
  // A page that could not be sent keeps nobody waiting.
  const due = last !== undefined && last.trouble?.kind === "failed" ? now : since + commandOfferMs;
  const target = nextToPage(state, world);
  if (now < due || target === undefined) return [];
  const pageId = `PG-offer-${pages.length + 1}`;
  return [{ id: escalationId(state, pageId), events: [pageEvent(pageId, target, "command-offer", OFFER_WORDS)] }];
}

/** The person whom command was offered to is paged; until somebody takes it, it stays where it is. */
function lapsedHandover(state: Incident, now: Instant, { handoverLapseMs }: EscalationTiming): Escalation[] {
  const offer = openOffer(state);
  if (!offer || offer.lapsedAt !== undefined || now < offer.at + handoverLapseMs) return [];
  const pageId = `PG-handover-${state.offers.length}`;
  const target = personTarget(offer.to);
  return [
    {
      id: escalationId(state, pageId),
      events: [
        { type: "HandoverLapsed", to: offer.to, by: offer.by },
        pageEvent(pageId, target, "handover", "Command is handed over to you and waits for you to accept."),
      ],
    },
  ];
}

/** A commander who has fallen silent is asked, and when no answer comes the next person is paged. */
function silentCommander(
  state: Incident,
  now: Instant,
  world: ViewWorld,
  { commandSilenceMs, handoverLapseMs }: EscalationTiming,
): Escalation[] {
  const { commander, commanderActedAt, commandQuestionedAt, commandAbandonedAt } = state;
  if (commander === undefined || commanderActedAt === undefined || commandAbandonedAt !== undefined) return [];
  if (commandQuestionedAt === undefined) {
    return now < commanderActedAt + commandSilenceMs
      ? []
      : [
          {
            id: escalationId(state, `question-${commanderActedAt}`),
            events: [{ type: "CommandQuestioned", commander }],
          },
        ];
  }
  if (now < commandQuestionedAt + handoverLapseMs) return [];
  const pageId = `PG-command-${commandQuestionedAt}`;
  const target = nextToPage(state, world) ?? personTarget(commander);
  return [
    {
      id: escalationId(state, pageId),
      events: [
        { type: "CommandAbandoned", commander },
        pageEvent(pageId, target, "command-abandoned", "The commander does not answer: please take command."),
      ],
    },
  ];
}

/** An approver was asked and nobody came: the approvers' schedule is paged, once for each time of asking. */
function unansweredApprovers(state: Incident, now: Instant, world: ViewWorld): Escalation[] {
  const id = world.approversPage;
  if (id === undefined) return [];
  const target: PageTarget = { kind: "schedule", id, name: "the approvers on call" };
  return [...state.drafts.values()].flatMap((draft) => {
    const { askedAt } = draft;
    if (askedAt === undefined || now < askedAt + world.askAgainMs || !waitsForApproval(draft)) return [];
    const pageId = approverPageId(draft.draftId, askedAt);
    if (state.pages.has(pageId)) return [];
    const event = pageEvent(pageId, target, "approver", "A customer update waits for an approver.");
    return [{ id: escalationId(state, pageId), events: [event] }];
  });
}

export const waitsForApproval = ({ state }: Draft): boolean =>
  ["SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"].includes(state);

const approverPageId = (draftId: string, askedAt: Instant): string => `PG-${draftId}-${askedAt}`;

const OFFER_WORDS = "Nobody has taken command of this incident: please take it.";

/**
 * Who should be paged next: the deputy, then the people who were called in, in their order, then who is on call for the service.
 * Nobody while a page of theirs rings, and nobody twice under one commander. Undefined: nobody is left.
 */
export function nextToPage(state: Incident, world: ViewWorld): PageTarget | undefined {
  const since = state.commandSince ?? 0;
  const done = (id: string) =>
    [...state.pages.values()].some(
      (page) => page.request.target.id === id && (page.requestedAt >= since || isRinging(page)),
    );
  const { responders, commander, roles } = state;
  // OnCall itself has paged whom the alert named first, and command was offered to them.
  const offered = commander === undefined ? responders?.first : undefined;
  const people = [
    ...(roles.deputy === undefined ? [] : [roles.deputy]),
    ...(responders?.people ?? []).map(({ userId }) => userId),
  ];
  const person = people.find((userId) => userId !== commander && userId !== offered && !done(userId));
  if (person !== undefined) return personTarget(person);
  const schedule = world.onCallSchedule(state.opened?.service ?? "unknown");
  return schedule === undefined || done(schedule)
    ? undefined
    : { kind: "schedule", id: schedule, name: `the on-call of ${state.opened?.service ?? "unknown"}` };
}

/** Somebody of Slack. Rules know nobody's name. */
export const personTarget = (userId: string): PageTarget => ({ kind: "person", id: userId, name: userId });

const pageEvent = (
  pageId: string,
  target: PageTarget,
  cause: (typeof PAGE_CAUSES)[number],
  message: string,
): EventOf<"PageRequested"> => ({
  type: "PageRequested",
  pageId,
  target,
  message,
  important: true,
  by: null,
  cause,
});

const escalationId = (state: Incident, what: string): string => `${state.id}:escalate:${what}`;
