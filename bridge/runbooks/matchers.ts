/** One label matcher: `alertname="X"` (exact) or `service=~"pay-*|ledger"` (literals and `*`, joined by `|`). */
export interface Matcher {
  label: string;
  /** The alternatives; each is the pieces between its stars, so `pay-*` is `["pay-", ""]`. */
  alternatives: readonly (readonly string[])[];
  exact: boolean;
}

export type ParsedMatch = { ok: true; matchers: readonly Matcher[] } | { ok: false; reason: string };

const ONE = /^([a-zA-Z_][a-zA-Z0-9_]{0,63})(=~|=)"([^"]{1,200})"$/;

/** Reads `a="x", b=~"y*|z"`. There are no regular expressions in it, so that matching takes linear time whatever is written. */
export function parseMatch(match: string): ParsedMatch {
  const parts = splitOutsideQuotes(match).map((part) => part.trim());
  if (parts.every((part) => part === "")) return { ok: true, matchers: [] };
  const matchers: Matcher[] = [];
  for (const part of parts) {
    const [, label, operator, value] = ONE.exec(part) ?? [];
    if (label === undefined || value === undefined) {
      return { ok: false, reason: `"${part}" is no label matcher; write label="value" or label=~"one*|two"` };
    }
    const exact = operator === "=";
    if (!exact && /[^A-Za-z0-9 _.:/|*-]/.test(value)) {
      return { ok: false, reason: `"${value}" holds more than literals, * and |; regular expressions are not taken` };
    }
    matchers.push({ label, exact, alternatives: exact ? [[value]] : value.split("|").map((one) => one.split("*")) });
  }
  return { ok: true, matchers };
}

/** Whether all matchers hold. A label that is not there matches nothing. */
export const matches = (matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean =>
  matchers.every(({ label, alternatives }) => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return value !== undefined && alternatives.some((pieces) => globMatches(pieces, value));
  });

/** Every piece is looked for once, from where the one before ended: linear in the length of the value. */
function globMatches(pieces: readonly string[], value: string): boolean {
  const [first = "", ...rest] = pieces;
  if (rest.length === 0) return value === first;
  const last = rest.at(-1) ?? "";
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
  let from = first.length;
  const until = value.length - last.length;
  for (const piece of rest.slice(0, -1)) {
    const found = value.indexOf(piece, from);
    if (found < 0 || found + piece.length > until) return false;
    from = found + piece.length;
  }
  return true;
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [];
  let current = "";
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === "," && !quoted) {
      parts.push(current);
      current = "";
    } else current += character;
  }
  return [...parts, current];
}
