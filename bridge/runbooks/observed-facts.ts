/**
 * What the bridge can see in an incident's own entries. Items, evidence and checks that name one of these are never ticked by
 * a person: they stand as the ledger says.
 */
export const OBSERVED_FACTS = [
  "room-opened",
  "command-taken",
  "responders-in-room",
  "severity-confirmed",
  "draft-shown",
  "update-published",
  "postmortem-filed",
  "alerts-recorded",
  "context-gathered",
  "alerts-quiet",
  "page-accounted-for",
] as const;
export type ObservedFact = (typeof OBSERVED_FACTS)[number];

export const isObservedFact = (name: string | undefined): name is ObservedFact =>
  OBSERVED_FACTS.some((known) => known === name);
