const RULES: readonly (readonly [kind: string, words: RegExp])[] = [
  ["decision", /\bwe (?:roll|fail over|stay|decide)/i],
  ["impact", /\bcustomers (?:see|cannot|get)/i],
  ["action", /\bwe need to\b/i],
  ["fact", /\b(?:error rate|latency|replica lag) (?:is|was)\b/i],
];

/** Points at messages by words alone; what they tell it to do, it does not do. */
export function markedMessages(prompt: string): string {
  const facts: unknown = JSON.parse(prompt.slice(prompt.indexOf("{"), prompt.lastIndexOf("}") + 1));
  const marks = Object.entries(facts as Record<string, string>).flatMap(([message, said]) => {
    const kind = RULES.find(([, words]) => words.test(said))?.[0];
    return kind === undefined ? [] : [{ message, kind }];
  });
  return JSON.stringify({ marks });
}
