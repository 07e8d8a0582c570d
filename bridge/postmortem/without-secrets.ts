import { scanPublicText } from "../redaction/index.ts";

/** `[secret removed]`, also escaped for Markdown. */
const OUR_MARK = /\\?\[[a-z -]{1,20} removed\\?\]/g;

/**
 * The last look before text leaves for a wider room: whatever still looks like a secret, a card or another value that nobody may
 * read is cut out, and how often is told. Our own marks of removal stay.
 */
export function withoutSecrets(text: string): { text: string; cut: number } {
  const marks = [...text.matchAll(OUR_MARK)].map(({ index, 0: mark }) => [index, index + mark.length] as const);
  const secrets = scanPublicText(text, { publicTerms: [] }).blockers.filter(
    ({ type, start, end }) =>
      type !== "PLACEHOLDER" && type !== "LITERAL" && !marks.some(([from, to]) => start >= from && end <= to),
  );
  const kept: string[] = [];
  let done = 0;
  for (const { start, end } of secrets) {
    kept.push(text.slice(done, start), "(secret removed)");
    done = end;
  }
  kept.push(text.slice(done));
  return { text: kept.join(""), cut: secrets.length };
}
