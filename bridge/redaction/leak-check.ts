import { fold } from "./fold.ts";
import { LITERAL } from "./policy.ts";
import { shadowOf } from "./shadow.ts";
import type { Finding } from "./types.ts";

/** A text and what was taken out of it. */
export interface RedactedSource {
  source: string;
  findings: readonly Finding[];
}

/** Shorter values are words that an answer may hold by chance. */
const MIN_VALUE = 4;
const LONG_VALUE = 12;
/** A part of this share of a long value gives it away. */
const TELLING_SHARE = 0.6;
const MAX_ANSWER = 20_000;

/**
 * The type of the first value that was taken out of one of the sources and stands in `answer` in clear, or undefined. Values are
 * compared as they read: without case, marks, look-alikes and separators.
 */
export function leakedType(answer: string, sources: readonly RedactedSource[]): string | undefined {
  const read = normal(answer.slice(0, MAX_ANSWER));
  const dense = read.replace(/[^\p{L}\p{N}]/gu, "");
  for (const { source, findings } of sources) {
    for (const { type, start, end } of findings) {
      if (type !== LITERAL && holds(read, dense, normal(source.slice(start, end)))) return type;
    }
  }
  return undefined;
}

const normal = (text: string) => fold(shadowOf(text).text);

function holds(read: string, dense: string, value: string): boolean {
  const bare = value.replace(/[^\p{L}\p{N}]/gu, "");
  if (bare.length < MIN_VALUE) return false;
  if (/^\p{L}+$/u.test(value)) return new RegExp(`(?<!\\p{L})${value}(?!\\p{L})`, "u").test(read);
  if (dense.includes(bare)) return true;
  if (bare.length < LONG_VALUE) return false;
  const run = Math.ceil(bare.length * TELLING_SHARE);
  for (let at = 0; at + run <= bare.length && at < MAX_RUNS; at += 1)
    if (dense.includes(bare.slice(at, at + run))) return true;
  return false;
}

/** Of one value: enough for any token, and a bound for a key block. */
const MAX_RUNS = 200;
