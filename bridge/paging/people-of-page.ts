import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient, OnCallUser } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable, wantsCredential } from "../clients/unavailable.ts";
import type { PageTarget } from "../incident/decide/paging.ts";
import type { EventOf } from "../incident/events.ts";
import type { Companion } from "../slack-api/companion.ts";

export type PagedPerson = EventOf<"PageCalled">["people"][number];

/** `later`: nobody can tell just now. `nobody`: OnCall itself says that there is no one to notify. */
export type PeopleOfPage =
  | { kind: "people"; people: PagedPerson[] }
  | { kind: "later"; why: string }
  | { kind: "nobody"; why: string };

export interface PeopleOfPageDeps {
  oncall: Pick<OnCallClient, "users" | "schedule">;
  slack: Pick<Companion, "userFacts">;
  /** Our workspace. */
  teamId: string;
}

/** OnCall takes many; a page that wakes more people than this is a mistake. */
const MAX_PEOPLE = 20;

/** Whom OnCall has to notify for a target, by its own ids: the person behind a Slack identity, or who is on call now. */
export async function peopleOfPage(target: PageTarget, budget: Budget, deps: PeopleOfPageDeps): Promise<PeopleOfPage> {
  const users = await askWithin(budget, (timeoutMs) => deps.oncall.users({ timeoutMs }));
  if (isUnavailable(users)) return unread(users);
  const paged = (user: OnCallUser): PagedPerson => ({
    id: user.id,
    username: user.username.slice(0, 150),
    userId: slackIdOf(user, deps.teamId) ?? null,
  });

  if (target.kind === "person") {
    const user = await userOf(target.id, users, deps);
    return user === undefined
      ? { kind: "nobody", why: "OnCall knows nobody with this Slack identity or e-mail address" }
      : { kind: "people", people: [paged(user)] };
  }
  const schedule = await askWithin(budget, (timeoutMs) => deps.oncall.schedule(target.id, { timeoutMs }));
  if (isUnavailable(schedule)) {
    return schedule.unavailable === "answered 404"
      ? { kind: "nobody", why: "OnCall has no such schedule" }
      : unread(schedule);
  }
  const now = schedule.onCallNow.flatMap((id) => users.filter((user) => user.id === id)).slice(0, MAX_PEOPLE);
  return now.length === 0
    ? { kind: "nobody", why: "nobody is on call there now" }
    : { kind: "people", people: now.map(paged) };
}

const unread = (answer: Unavailable): PeopleOfPage => ({
  kind: wantsCredential(answer) ? "nobody" : "later",
  why: `OnCall: ${answer.unavailable}`,
});

const slackIdOf = ({ slack }: OnCallUser, teamId: string): string | undefined =>
  slack.find((identity) => identity.teamId === teamId)?.userId;

/** By OnCall's own id, by Slack identity, else by the address Slack has of them. */
async function userOf(
  id: string,
  users: readonly OnCallUser[],
  { slack, teamId }: PeopleOfPageDeps,
): Promise<OnCallUser | undefined> {
  const known = users.find((user) => user.id === id || slackIdOf(user, teamId) === id);
  if (known !== undefined) return known;
  const facts = await slack.userFacts(id);
  if ("error" in facts || facts.email === undefined) return undefined;
  const email = facts.email.trim().toLowerCase();
  return users.find((user) => user.email?.trim().toLowerCase() === email);
}
