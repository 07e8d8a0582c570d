import { LIMITS } from "../../shared/limits.ts";
import { askWithin } from "../clients/ask-within.ts";
import { type Budget, startBudget } from "../clients/budget.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { EventOf } from "../incident/events.ts";
import type { Clock } from "../platform/clock.ts";
import type { Services } from "../services/services.ts";
import type { Companion, GroupMembers } from "../slack-api/companion.ts";
import { onCallPeople } from "./on-call-people.ts";
import { type Candidate, type NotPlaced, type Placed, placeInSlack } from "./place-in-slack.ts";

export interface RespondersWanted {
  /** The people the alert's sender named: its ids. */
  named: readonly { id: string; username: string }[];
  /** Name of the service, in the catalogue or not. */
  service: string;
  /** Slack id of the person who declared the incident or asked for the room: invited too. */
  requester?: string | undefined;
}

export interface FindRespondersDeps {
  oncall: OnCallClient;
  slack: Pick<Companion, "lookupByEmail" | "userFacts" | "groupMembers">;
  services: Pick<Services, "entry" | "fallbackGroup">;
  /** Our workspace. */
  teamId: string;
  clock: Clock;
  /** Milliseconds for all of it. */
  budgetMs: number;
}

export type Responders = Omit<EventOf<"RespondersFound">, "type">;

/** What one source gave. `why` is set when it gave nobody. */
interface Tried {
  placed: Placed[];
  missing: NotPlaced[];
  why?: string;
}

/** What OnCall may take of the budget, so that the fallback group still gets its turn when OnCall hangs. */
const ONCALL_SHARE = 0.6;

/**
 * Who to invite: the people the alert named; else who is on call now by the service's schedule; else the fallback group.
 * A source counts only when somebody of it is really in our Slack. The note says which source it was and why not a better
 * one; who should be here and is not stands in `missing` with the reason. `first` is the first of the list; the sources know
 * no better order. Takes at most `budgetMs`, makes nobody up, and does not throw for anything a source does.
 */
export async function findResponders(wanted: RespondersWanted, deps: FindRespondersDeps): Promise<Responders> {
  const budget = startBudget(deps);
  const onCall = budget.first(ONCALL_SHARE);
  const { fallbackGroup } = deps.services;
  // Asked at once although often not needed: they must not have to wait for OnCall to fail.
  const group = askWithin(budget, () => deps.slack.groupMembers(fallbackGroup));
  const requester = wanted.requester === undefined ? [] : [{ name: wanted.requester, slackId: wanted.requester }];
  const asked = placeAll(requester, budget, deps);

  const sources = [
    { source: "webhook", says: "inviting the people OnCall named", ask: () => fromNamed(wanted, onCall, budget, deps) },
    { source: "schedule", says: "inviting who is on call now", ask: () => fromSchedule(wanted, onCall, budget, deps) },
    {
      source: "fallback",
      says: `inviting the fallback group ${fallbackGroup}`,
      ask: () => fromGroup(group, budget, deps),
    },
  ] as const;

  const reasons: string[] = [];
  const missing: NotPlaced[] = [];
  for (const { source, says, ask } of sources) {
    const tried = await ask();
    missing.push(...tried.missing);
    if (tried.placed.length > 0) return together(source, noteOf(reasons, says), tried.placed, missing, await asked);
    reasons.push(tried.why ?? "nobody could be found");
  }
  const says = "nobody on call is invited, so invite people by hand";
  return together("none", noteOf(reasons, says), [], missing, await asked);
}

async function fromNamed({ named }: RespondersWanted, onCall: Budget, budget: Budget, deps: FindRespondersDeps) {
  if (named.length === 0) return nobody("OnCall named nobody");
  const people = await placeAll(await onCallPeople(named, onCall, deps), budget, deps);
  return { ...people, why: "nobody OnCall named could be found in Slack" };
}

async function fromSchedule({ service }: RespondersWanted, onCall: Budget, budget: Budget, deps: FindRespondersDeps) {
  const entry = deps.services.entry(service);
  if (entry === undefined) return nobody(`the service ${service} is not in the catalogue`);
  const scheduleId = entry.oncall_schedule;
  if (scheduleId === undefined) return nobody(`${service} has no on-call schedule`);
  const schedule = await askWithin(onCall, (timeoutMs) => deps.oncall.schedule(scheduleId, { timeoutMs }));
  if (isUnavailable(schedule)) return nobody(`its schedule could not be read (${schedule.unavailable})`);
  const onCallNow = schedule.onCallNow.slice(0, LIMITS.invites).map((id) => ({ id }));
  if (onCallNow.length === 0) return nobody("nobody is on call now");
  const people = await placeAll(await onCallPeople(onCallNow, onCall, deps), budget, deps);
  return { ...people, why: "nobody who is on call now could be found in Slack" };
}

async function fromGroup(
  reading: Promise<GroupMembers | Unavailable>,
  budget: Budget,
  deps: FindRespondersDeps,
): Promise<Tried> {
  const group = await reading;
  const { fallbackGroup } = deps.services;
  if (isUnavailable(group))
    return nobody(`the fallback group ${fallbackGroup} could not be read (${group.unavailable})`);
  const people = group.userIds.slice(0, LIMITS.invites).map((slackId) => ({ name: slackId, slackId }));
  return {
    ...(await placeAll(people, budget, deps)),
    why: `nobody of the fallback group ${fallbackGroup} can be invited`,
  };
}

async function placeAll(
  people: readonly (Candidate | NotPlaced)[],
  budget: Budget,
  deps: FindRespondersDeps,
): Promise<Tried> {
  const results = await Promise.all(
    people.map((person) => ("kind" in person ? person : placeInSlack(person, budget, deps))),
  );
  return {
    placed: results.filter((result) => result.kind === "placed"),
    missing: results.filter((result) => result.kind === "missing"),
  };
}

const nobody = (why: string): Tried => ({ placed: [], missing: [], why });

/** The answer: everybody once, within the bounds of the event. */
function together(
  source: Responders["source"],
  note: string,
  placed: readonly Placed[],
  missing: readonly NotPlaced[],
  requester: Tried,
): Responders {
  const everybody = [...new Map([...placed, ...requester.placed].map((person) => [person.userId, person])).values()];
  const invited = everybody.slice(0, LIMITS.invites);
  const left = everybody.length - invited.length;
  const unchecked = invited.filter((person) => person.unchecked !== undefined);
  const doubt =
    unchecked.length > 0 ? `; Slack could not confirm ${unchecked.length} of them (${unchecked[0]?.unchecked})` : "";
  const gone = [
    ...(left > 0 ? [{ name: `${left} more`, why: "too many to invite at once" }] : []),
    ...[...missing, ...requester.missing].map(({ name, why }) => ({
      name: name.slice(0, 100),
      why: why.slice(0, 200),
    })),
  ];
  return {
    source,
    note: `${note}${doubt}`.slice(0, 500),
    people: invited.map(({ userId, name }) => ({ userId, name: name.slice(0, 100) })),
    missing: [...new Map(gone.map((one) => [`${one.name} ${one.why}`, one])).values()].slice(0, LIMITS.invites),
    first: invited[0]?.userId ?? null,
  };
}

/** `A, B and C; what we do`, with a capital at the start. */
function noteOf(reasons: readonly string[], says: string): string {
  const listed = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(reasons);
  const sentence = listed === "" ? says : `${listed}; ${says}`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
