/** `*`, `_` or `~` where it opens emphasis: behind a blank or an opening sign, before a word. */
const OPENING = /(?<=^|[\s(>|"'[])[*_~]{1,3}(?=[^\s*_~])/gm;
/** Nobody emphasises more of a line. */
const MAX_EMPHASISED = 200;
const MAX_MARKS = 3;

/**
 * The text with the marks of emphasis (`*bold*`, `_italic_`, `~struck~`) read as blanks, of the same length: glued to a value, they
 * would look like part of it.
 */
export function withoutEmphasis(text: string): string {
  if (!/[*_~]/.test(text)) return text;
  const parts: string[] = [];
  let done = 0;
  OPENING.lastIndex = 0;
  for (let opening = OPENING.exec(text); opening !== null; opening = OPENING.exec(text)) {
    const from = opening.index + opening[0].length;
    const close = closingAt(text, from, opening[0]);
    if (close === -1) continue;
    const blanks = " ".repeat(opening[0].length);
    parts.push(text.slice(done, opening.index), blanks, text.slice(from, close), blanks);
    done = close + opening[0].length;
    OPENING.lastIndex = done;
  }
  if (done === 0) return text;
  parts.push(text.slice(done));
  return parts.join("");
}

/** Where the same marks close: behind a word, before a blank or a sign that ends one; -1 where they do not, or on another line. */
function closingAt(text: string, from: number, marks: string): number {
  const window = text.slice(from, from + MAX_EMPHASISED + 2 * MAX_MARKS);
  const lineEnd = window.indexOf("\n");
  const within = lineEnd === -1 ? window : window.slice(0, lineEnd);
  for (let at = within.indexOf(marks, 1); at !== -1; at = within.indexOf(marks, at + 1)) {
    const before = within.charAt(at - 1);
    const after = within.charAt(at + marks.length);
    if (/[^\s*_~]/.test(before) && /^[\s.,;:!?)|<"'\]]?$/.test(after)) return from + at;
  }
  return -1;
}
