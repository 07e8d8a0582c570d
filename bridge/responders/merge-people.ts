import type { Candidate, NotPlaced } from "./place-in-slack.ts";
import type { SourceReading } from "./source-reading.ts";

/** One person, whoever named them. */
export interface Called extends Candidate {
  by: readonly SourceReading[];
}

/**
 * Everybody once, compared by e-mail address in lower case, else by Slack id. Who is on call now comes first; otherwise the
 * order is that of the readings. What one source knows of a person completes what another knows.
 */
export function mergePeople(readings: readonly SourceReading[]): { people: Called[]; missing: NotPlaced[] } {
  const people = new Map<string, Called>();
  const missing: NotPlaced[] = [];
  for (const reading of readings) {
    for (const person of reading.people) {
      if ("kind" in person) {
        missing.push(person);
        continue;
      }
      const key = keyOf(person);
      const known = people.get(key);
      people.set(key, {
        name: known?.name ?? person.name,
        slackId: known?.slackId ?? person.slackId,
        email: known?.email ?? person.email,
        onCallNow: known?.onCallNow === true || person.onCallNow === true,
        by: [...(known?.by ?? []), reading],
      });
    }
  }
  const rank = ({ onCallNow }: Called) => (onCallNow ? 0 : 1);
  return { people: [...people.values()].sort((a, b) => rank(a) - rank(b)), missing };
}

const keyOf = ({ name, email, slackId }: Candidate): string =>
  email === undefined ? (slackId ?? `name ${name}`) : email.trim().toLowerCase();
