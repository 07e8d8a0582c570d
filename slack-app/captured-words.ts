import { LIMITS } from "../shared/limits.ts";

const DECISION = /^decision\s*:\s*/i;

/** What of a message goes into the record: `decision:` in front only says what the words are. */
export const capturedWords = (text: string): { decision: boolean; words: string } => ({
  decision: DECISION.test(text),
  words: text.replace(DECISION, "").slice(0, LIMITS.publicBody),
});
