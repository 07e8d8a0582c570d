/** Two slips: a swap counts as two. */
const MAX_SLIPS = 2;
/** Longer input is no slip of the finger, and comparing it would cost time. */
const MAX_LENGTH = 30;

/** The word that was probably meant, or undefined. A short word must share more than it differs. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  if (typed.length > MAX_LENGTH) return undefined;
  const ranked = words
    .map((word) => ({ word, slips: slipsBetween(typed.toLowerCase(), word) }))
    .filter(({ word, slips }) => slips <= MAX_SLIPS && slips < word.length / 2)
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.word;
}

/** Levenshtein distance: letters added, dropped or replaced. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
