import { isKey, MAX_DEPTH } from "./value-domain.ts";

/**
 * Whether the text is surely the canonical form of a value inside the domain, told without writing that form: four entries
 * are checked in the time of one. `false` means "not told by this": then the definition decides (`strict-json.ts`).
 *
 * The canonical form is the shortest spelling of a value, and every other spelling is longer: white space, a key twice, a
 * fraction, a minus before 0 and a needless escape all take room. So text that parses to the value and has just that length
 * is that form.
 * What length does not show is seen to here, or left to the definition:
 * - keys in another order: a parsed object keeps that of its text, but for keys that begin with a digit;
 * - exponents, which can be as short as the zeros that they stand for: numbers that end in 00;
 * - `\u` escapes, whose hex digits may be written large or small.
 *
 * @param value what the text was parsed to
 */
export function isShortestSpelling(text: string, value: unknown): boolean {
  const escapes = text.includes("\\");
  if (escapes && text.includes("\\u")) return false;
  // Without \u all characters stand in the text itself, and JSON's own neither split a pair nor combine with anything:
  // where the whole is well-formed and NFC, so is each string. ASCII is both.
  const ascii = Buffer.byteLength(text) === text.length;
  if (!ascii && !(text.isWellFormed() && text.normalize("NFC") === text)) return false;
  return shortestLength(value, 0, escapes) === text.length;
}

/** Length of the shortest spelling; NaN, which equals no length, where the value is outside or length does not tell. */
function shortestLength(value: unknown, depth: number, escapes: boolean): number {
  if (depth > MAX_DEPTH) return Number.NaN;
  if (typeof value === "string") return escapes ? JSON.stringify(value).length : value.length + 2;
  if (typeof value === "number") return lengthOfInteger(value);
  if (typeof value !== "object" || value === null) return value === false ? 5 : 4;
  // Counted as an opening bracket, and each member with the comma or the closing bracket behind it.
  let length = 1;
  if (Array.isArray(value)) {
    for (const item of value) length += shortestLength(item, depth + 1, escapes) + 1;
    return Math.max(2, length);
  }
  let before = "";
  // Not Object.entries: a list for every object would cost more than the rest of the walk.
  for (const key in value) {
    if (key <= before || !isPlainKey(key)) return Number.NaN;
    before = key;
    length += key.length + '"":,'.length + shortestLength((value as Record<string, unknown>)[key], depth + 1, escapes);
  }
  return Math.max(2, length);
}

function lengthOfInteger(value: number): number {
  if (!Number.isSafeInteger(value) || (value % 100 === 0 && value !== 0)) return Number.NaN;
  let length = value < 0 ? 2 : 1;
  for (let rest = Math.abs(value); rest >= 10; rest = Math.floor(rest / 10)) length += 1;
  return length;
}

/** Keys that were found good before. The record has a few hundred; whoever invents more shall not fill the memory. */
const plainKeys = new Set<string>();
const MOST_PLAIN_KEYS = 1_000;

function isPlainKey(key: string): boolean {
  if (plainKeys.has(key)) return true;
  if (!isKey(key) || /^\d/.test(key)) return false;
  if (plainKeys.size < MOST_PLAIN_KEYS) plainKeys.add(key);
  return true;
}
