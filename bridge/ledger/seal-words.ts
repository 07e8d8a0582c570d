import { IncidentEvent } from "../incident/events.ts";
import { type RecordedEvent, sealed, type Words, wordsIn } from "../incident/sealed-events.ts";

/** Keeps words of an incident and gives their commitments, in order. Kept when it returns. */
export type KeepWords = (incident: string, words: readonly Words[]) => Promise<readonly string[]>;

/** The events as they are hashed: each that holds words of people with a commitment in their place. */
export async function sealWords(
  incident: string,
  events: readonly IncidentEvent[],
  keep: KeepWords,
): Promise<RecordedEvent[]> {
  const said = events.flatMap((event) => {
    const words = wordsIn(event);
    return words ? [{ event, words }] : [];
  });
  if (said.length === 0) return [...events];
  // The entry's own check sees no words any more: what is too long or no text is refused here.
  for (const { event } of said) IncidentEvent.parse(event);
  const commits = await keep(
    incident,
    said.map(({ words }) => words),
  );
  const commitOf = new Map(said.map(({ event }, place) => [event, commits[place]]));
  return events.map((event) => {
    const commit = commitOf.get(event);
    return commit === undefined ? event : sealed(event, commit);
  });
}
