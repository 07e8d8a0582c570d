import { readFileSync } from "node:fs";
import { redact } from "../../../bridge/redaction/index.ts";

export interface DevCase {
  id: string;
  category: string;
  text: string;
  must_remove: string[];
  must_keep: string[];
  known_names?: string[];
  known_terms?: string[];
}

export const devCases: DevCase[] = readFileSync(new URL("../../fixtures/redaction-dev.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => JSON.parse(line) as DevCase);

/** Categories whose values have a shape or a key, as opposed to names and street addresses. */
export const STRUCTURED = new Set(
  "email email_obf phone ip mac host aws secret secret_kv secret_door secret_wrap url_cred card iban ssn national_id crypto slack_mention customer_id".split(
    " ",
  ),
);

const plain = (text: string) => text.normalize("NFKC").replace(/\p{Cf}/gu, "");

/**
 * A value leaks when it, its plain form, or any run of 60 % of a value of 12 or more characters is still there; a short
 * alphabetic value only when it stands between letter boundaries.
 */
export function leaks(value: string, output: string): boolean {
  const needle = plain(value);
  const haystack = plain(output);
  if (/^\p{L}{1,5}$/u.test(needle)) {
    return new RegExp(`(?<!\\p{L})${needle}(?!\\p{L})`, "u").test(haystack);
  }
  if (output.includes(value) || haystack.includes(needle)) return true;
  if (needle.length < 12) return false;
  const run = Math.ceil(needle.length * 0.6);
  for (let at = 0; at + run <= needle.length; at += 1) if (haystack.includes(needle.slice(at, at + run))) return true;
  return false;
}

export interface Score {
  values: number;
  leaked: string[];
  keeps: number;
  destroyed: string[];
}

/** Redacts every case and counts, by category. */
export function measure(cases: readonly DevCase[]): Map<string, Score> {
  const scores = new Map<string, Score>();
  for (const { id, category, text, must_remove, must_keep, known_names, known_terms } of cases) {
    const score = scores.get(category) ?? { values: 0, leaked: [], keeps: 0, destroyed: [] };
    scores.set(category, score);
    const output = redact(text, { knownNames: known_names, knownTerms: known_terms }).text;
    score.values += must_remove.length;
    score.keeps += must_keep.length;
    for (const value of must_remove) if (leaks(value, output)) score.leaked.push(`${id}: ${value} -> ${output}`);
    for (const value of must_keep) if (!output.includes(value)) score.destroyed.push(`${id}: ${value} -> ${output}`);
  }
  return scores;
}
