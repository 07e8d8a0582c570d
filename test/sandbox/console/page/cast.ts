import type { Person } from "./world.ts";

/** What a person of the sandbox is there for, in a few words: who to act as is the first question a newcomer has. */
const ROLES: Record<string, string> = {
  alex: "on call now",
  sam: "responder",
  kim: "responder",
  riley: "communications, approver",
  jordan: "approver",
  casey: "not in the team",
  guest: "guest account",
  former: "deactivated",
  outsider: "other workspace",
};

export const roleOf = (person: Person): string => ROLES[person.name] ?? "";

/** People one can act as: bots act by themselves. Those of use in a drill first. */
export function actors(people: readonly Person[]): Person[] {
  const order = Object.keys(ROLES);
  const rank = (person: Person) => (order.indexOf(person.name) + order.length + 1) % (order.length + 1);
  return people.filter((person) => !person.is_bot).sort((a, b) => rank(a) - rank(b));
}

export const displayName = (person: Person | undefined, id: string | null | undefined): string =>
  person?.real_name || person?.name || id || "unknown";
