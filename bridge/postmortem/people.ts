import { isUnread } from "../incident/sealed-events.ts";
import type { Entry } from "../ledger/entry-types.ts";

/** Slack user id to name, or to what stands in its place. */
export type People = ReadonlyMap<string, string> & {
  /** Names that free text must not show either. */
  readonly hidden?: readonly string[];
};

/** These words for people, and `a responder` wherever free text names one of them. */
export const withoutNames = (people: People, names: readonly string[]): People =>
  Object.assign(new Map(people), { hidden: names });

/** Names of those the ledger itself names; `more` adds others, for example the commander who was nobody's first choice. */
export function peopleIn(entries: readonly Entry[], more: Readonly<Record<string, string>> = {}): People {
  const people = new Map(Object.entries(more));
  for (const event of entries.flatMap(({ events }) => events)) {
    if (event.type !== "RespondersFound") continue;
    for (const { userId, name } of event.people) if (!people.has(userId) && !isUnread(name)) people.set(userId, name);
  }
  return people;
}

export const nameOf = (people: People, userId: string): string => people.get(userId) ?? `Slack user ${userId}`;
