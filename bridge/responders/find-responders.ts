import { LIMITS } from "../../shared/limits.ts";
import { askWithin } from "../clients/ask-within.ts";
import { type Budget, startBudget } from "../clients/budget.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { EventOf } from "../incident/events.ts";
import type { Clock } from "../platform/clock.ts";
import type { Services } from "../services/services.ts";
import type { Companion, GroupMembers } from "../slack-api/companion.ts";
import type { Directory } from "./directory.ts";
import { fromEscalationChain } from "./escalation-chain.ts";
import { mergePeople } from "./merge-people.ts";
import { createOnCallPeople, type OnCallPeople } from "./on-call-people.ts";
import { type NotPlaced, type Placed, placeInSlack } from "./place-in-slack.ts";
import { fromSchedule } from "./service-schedule.ts";
import { nobodyFrom, type SourceReading } from "./source-reading.ts";
import { fromDirectory } from "./team-members.ts";

export interface RespondersWanted {
  /** The people the alert's sender named: its ids. */
  named: readonly { id: string; username: string }[];
  /** OnCall's route of the alert, where it came by one. */
  routeId?: string | undefined;
  /** Name of the service, in the catalogue or not. */
  service: string;
  /** Slack id of the person who declared the incident or asked for the room: invited too. */
  requester?: string | undefined;
}

export interface FindRespondersDeps {
  oncall: OnCallClient;
  /** Undefined where none is configured. */
  directory: Directory | undefined;
  slack: Pick<Companion, "lookupByEmail" | "userFacts" | "groupMembers">;
  services: Pick<Services, "entry" | "fallbackGroup">;
  /** Our workspace. */
  teamId: string;
  clock: Clock;
  /** Milliseconds for all of it. */
  budgetMs: number;
}

export type Responders = Omit<EventOf<"RespondersFound">, "type">;

/** People of one kind, found in Slack or not. */
interface Found {
  placed: readonly Placed[];
  missing: readonly NotPlaced[];
}

/** What the sources may take of the budget, so that finding their people in Slack still gets its turn when one hangs. */
const SOURCES_SHARE = 0.6;

/**
 * Who to invite: the people the alert named, who is on call now by the service's schedule, the alert's escalation chain and
 * the service's directory group, all asked at once; when none of them gives anybody who is in our Slack, the fallback group.
 * The note says which it was and what could not be read; who should be here and is not stands in `missing` with the reason.
 * `first` is on call now, where that is known. Takes at most `budgetMs`, makes nobody up, and does not throw for anything a
 * source does.
 */
export async function findResponders(wanted: RespondersWanted, deps: FindRespondersDeps): Promise<Responders> {
  const budget = startBudget(deps);
  const { fallbackGroup } = deps.services;
  // Asked at once although often not needed: it must not have to wait for the others to fail.
  const group = askWithin(budget, () => deps.slack.groupMembers(fallbackGroup));
  const { requester } = wanted;
  const asked =
    requester === undefined ? undefined : placeInSlack({ name: requester, slackId: requester }, budget, deps);

  const readings = await readSources(wanted, budget.first(SOURCES_SHARE), deps);
  const { people, missing } = mergePeople(readings);
  const results = await Promise.all(
    people.map(async (person) => ({ person, result: await placeInSlack(person, budget, deps) })),
  );
  const here = results.filter(({ result }) => result.kind === "placed");
  const found = {
    placed: results.flatMap(({ result }) => (result.kind === "placed" ? [result] : [])),
    missing: [...missing, ...results.flatMap(({ result }) => (result.kind === "missing" ? [result] : []))],
  };

  const gave = readings.filter((reading) => here.some(({ person }) => person.by.includes(reading)));
  const [only] = gave;
  if (only !== undefined) {
    const names = new Set(here.flatMap(({ person }) => [person.name, localPart(person.email)]).map(folded));
    // Whom one source could not describe may well be here because another one could.
    const gone = found.missing.filter(({ name }) => !names.has(folded(name)));
    const says = [
      `Inviting ${listed(gave.map(({ called }) => called))}`,
      ...readings.flatMap((one) => one.trouble ?? []),
    ];
    return together(gave.length === 1 ? only.source : "several", says, { ...found, missing: gone }, await asked);
  }

  const why = readings.flatMap((reading) => whyNobody(reading) ?? []);
  const fallback = await fromGroup(await group, budget, deps);
  const all = { placed: fallback.placed, missing: [...found.missing, ...fallback.missing] };
  if (fallback.placed.length > 0) {
    return together("fallback", [`Inviting the fallback group ${fallbackGroup}`, listed(why)], all, await asked);
  }
  const says = "Nobody on call is invited, so invite people by hand";
  return together("none", [says, listed([...why, fallback.why])], all, await asked);
}

/** In order of who is asked first. */
async function readSources(wanted: RespondersWanted, budget: Budget, deps: FindRespondersDeps) {
  const known = createOnCallPeople(budget, deps);
  return await Promise.all([
    fromNamed(wanted, known),
    fromSchedule(wanted.service, { ...deps, known }),
    fromEscalationChain(wanted.routeId, { ...deps, budget, known }),
    fromDirectory(wanted.service, { ...deps, budget }),
  ]);
}

async function fromNamed({ named }: RespondersWanted, known: OnCallPeople): Promise<SourceReading> {
  if (named.length === 0) return nobodyFrom("webhook", "OnCall named nobody");
  return { source: "webhook", called: "the people OnCall named", people: await known.people(named) };
}

/** Why this reading brought nobody into the room; undefined when another one's reason covers it. */
function whyNobody({ people, called, why, trouble }: SourceReading): string | undefined {
  if (people.length > 0) return `none of ${called} could be found in Slack`;
  return trouble ?? why;
}

async function fromGroup(
  members: GroupMembers | Unavailable,
  budget: Budget,
  deps: FindRespondersDeps,
): Promise<Found & { why: string }> {
  const { fallbackGroup } = deps.services;
  if (isUnavailable(members)) {
    const why = `the fallback group ${fallbackGroup} could not be read (${members.unavailable})`;
    return { placed: [], missing: [], why };
  }
  const results = await Promise.all(
    members.userIds.slice(0, LIMITS.invites).map((id) => placeInSlack({ name: id, slackId: id }, budget, deps)),
  );
  return {
    placed: results.filter((result) => result.kind === "placed"),
    missing: results.filter((result) => result.kind === "missing"),
    why: `nobody of the fallback group ${fallbackGroup} can be invited`,
  };
}

/** The answer: everybody once, within the bounds of the event. */
function together(
  source: Responders["source"],
  says: readonly string[],
  { placed, missing }: Found,
  requester: Placed | NotPlaced | undefined,
): Responders {
  const all = requester?.kind === "placed" ? [...placed, requester] : placed;
  const everybody = all.filter(({ userId }, place) => all.findIndex((one) => one.userId === userId) === place);
  const invited = everybody.slice(0, LIMITS.invites);
  const left = everybody.length - invited.length;
  const unchecked = invited.filter((person) => person.unchecked !== undefined);
  const doubt =
    unchecked.length > 0 ? [`Slack could not confirm ${unchecked.length} of them (${unchecked[0]?.unchecked})`] : [];
  const gone = [
    ...(left > 0 ? [{ name: `${left} more`, why: "too many to invite at once" }] : []),
    ...[...missing, ...(requester?.kind === "missing" ? [requester] : [])].map(({ name, why }) => ({
      name: name.slice(0, 100),
      why: why.slice(0, 200),
    })),
  ];
  return {
    source,
    note: cut([...says.filter((part) => part !== ""), ...doubt].join("; "), MAX_NOTE),
    people: invited.map(({ userId, name }) => ({ userId, name: name.slice(0, 100) })),
    missing: [...new Map(gone.map((one) => [`${one.name} ${one.why}`, one])).values()].slice(0, LIMITS.invites),
    first: invited[0]?.userId ?? null,
  };
}

const MAX_NOTE = 500;
const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** `A, B and C`. */
const listed = (parts: readonly string[]) => new Intl.ListFormat("en-GB", { type: "conjunction" }).format(parts);

const folded = (name: string | undefined) => name?.trim().toLowerCase();
const localPart = (email: string | undefined) => email?.split("@")[0];
