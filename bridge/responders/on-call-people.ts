import { askWithin } from "../clients/ask-within.ts";
import type { Budget } from "../clients/budget.ts";
import type { OnCallClient, OnCallSchedule, OnCallUser } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { Candidate, NotPlaced } from "./place-in-slack.ts";

/** Above this many people, reading everybody in pages of a hundred costs OnCall less than asking one by one. */
const ONE_BY_ONE = 10;

/** People and schedules of OnCall for one lookup: what two sources both name is asked once. */
export interface OnCallPeople {
  /** Looks people up by OnCall's ids, all at once. Who cannot be read is missing, under the best name we have. */
  people(wanted: readonly { id: string; username?: string }[]): Promise<(Candidate | NotPlaced)[]>;
  schedule(id: string): Promise<OnCallSchedule | Unavailable>;
}

export function createOnCallPeople(
  budget: Budget,
  { oncall, teamId }: { oncall: OnCallClient; teamId: string },
): OnCallPeople {
  const names = new Map<string, string>();
  const users = new Map<string, Promise<OnCallUser | Unavailable>>();
  const schedules = new Map<string, Promise<OnCallSchedule | Unavailable>>();

  const askFor = (ids: readonly string[]): void => {
    const unknown = [...new Set(ids)].filter((id) => !users.has(id));
    if (unknown.length <= ONE_BY_ONE) {
      for (const id of unknown)
        users.set(
          id,
          askWithin(budget, (timeoutMs) => oncall.user(id, { timeoutMs })),
        );
      return;
    }
    const everybody = askWithin(budget, (timeoutMs) => oncall.users({ timeoutMs }));
    for (const id of unknown) users.set(id, pickFrom(everybody, id));
  };

  return {
    async people(wanted) {
      for (const { id, username } of wanted) if (username !== undefined) names.set(id, username);
      askFor(wanted.map(({ id }) => id));
      return await Promise.all(
        wanted.map(async ({ id }) => {
          const user = await users.get(id);
          return user === undefined || isUnavailable(user)
            ? {
                kind: "missing" as const,
                name: names.get(id) ?? `OnCall user ${id}`,
                why: `not readable in OnCall (${user?.unavailable ?? "not asked"})`,
              }
            : candidateOf(user, teamId);
        }),
      );
    },

    schedule(id) {
      const known = schedules.get(id);
      if (known !== undefined) return known;
      const asked = askWithin(budget, (timeoutMs) => oncall.schedule(id, { timeoutMs }));
      schedules.set(id, asked);
      return asked;
    },
  };
}

async function pickFrom(reading: Promise<OnCallUser[] | Unavailable>, id: string): Promise<OnCallUser | Unavailable> {
  const everybody = await reading;
  if (isUnavailable(everybody)) return everybody;
  return everybody.find((user) => user.id === id) ?? { unavailable: "nobody has this id" };
}

function candidateOf({ username, email, slack }: OnCallUser, teamId: string): Candidate {
  // An identity of another workspace says nothing about ours.
  const slackId = slack.find((identity) => identity.teamId === teamId)?.userId;
  return { name: username, slackId, email: email ?? undefined };
}
