import type { Entry } from "../ledger/entry-types.ts";

/** Slack user id to name. */
export type People = ReadonlyMap<string, string>;

/** Names of those the ledger itself names; `more` adds others, for example the commander who was nobody's first choice. */
export function peopleIn(entries: readonly Entry[], more: Readonly<Record<string, string>> = {}): People {
  const people = new Map(Object.entries(more));
  for (const event of entries.flatMap(({ events }) => events)) {
    if (event.type !== "RespondersFound") continue;
    for (const { userId, name } of event.people) if (!people.has(userId)) people.set(userId, name);
  }
  return people;
}

export const nameOf = (people: People, userId: string): string => people.get(userId) ?? `Slack user ${userId}`;
