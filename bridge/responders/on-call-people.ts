import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient, OnCallUser } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { Candidate, NotPlaced } from "./place-in-slack.ts";

/** Above this many people, reading everybody in pages of a hundred costs OnCall less than asking one by one. */
const ONE_BY_ONE = 10;

/** Looks people up in OnCall by its ids, all at once. Who cannot be read is missing, under the best name we have. */
export async function onCallPeople(
  wanted: readonly { id: string; username?: string }[],
  budget: Budget,
  { oncall, teamId }: { oncall: OnCallClient; teamId: string },
): Promise<(Candidate | NotPlaced)[]> {
  const read = await reader(wanted.length, budget, oncall);
  return await Promise.all(
    wanted.map(async ({ id, username = id }) => {
      const user = await read(id);
      return isUnavailable(user)
        ? { kind: "missing" as const, name: username, why: `not readable in OnCall (${user.unavailable})` }
        : candidateOf(user, teamId);
    }),
  );
}

type Reader = (id: string) => Promise<OnCallUser | Unavailable>;

async function reader(count: number, budget: Budget, oncall: OnCallClient): Promise<Reader> {
  if (count <= ONE_BY_ONE) return (id) => askWithin(budget, (timeoutMs) => oncall.user(id, { timeoutMs }));
  const everybody = await askWithin(budget, (timeoutMs) => oncall.users({ timeoutMs }));
  if (isUnavailable(everybody)) return () => Promise.resolve(everybody);
  const byId = new Map(everybody.map((user) => [user.id, user]));
  return (id) => Promise.resolve(byId.get(id) ?? { unavailable: "nobody has this id" });
}

function candidateOf({ username, email, slack }: OnCallUser, teamId: string): Candidate {
  // An identity of another workspace says nothing about ours.
  const slackId = slack.find((identity) => identity.teamId === teamId)?.userId;
  return { name: username, slackId, email: email ?? undefined };
}
