import type { Candidate, NotPlaced } from "./place-in-slack.ts";

/** Where people come from. */
export type Source = "webhook" | "schedule" | "chain" | "directory";

/** What one source gave. */
export interface SourceReading {
  source: Source;
  /** How a sentence names its people: `who is on call now`. */
  called: string;
  people: readonly (Candidate | NotPlaced)[];
  /** Why it gave nobody; said only when no other source did either. Absent when another reading's reason says the same. */
  why?: string;
  /** It failed, or what it gave is old or incomplete: said whoever else was found. */
  trouble?: string;
}

/** A source that was not expected to name anybody, or that names nobody now. */
export const nobodyFrom = (source: Source, why?: string): SourceReading => ({
  source,
  called: "",
  people: [],
  ...(why === undefined ? {} : { why }),
});

/** A source that should have answered and did not. */
export const unreadFrom = (source: Source, what: string, reason: string): SourceReading => ({
  source,
  called: "",
  people: [],
  trouble: `${what} could not be read (${reason})`,
});
