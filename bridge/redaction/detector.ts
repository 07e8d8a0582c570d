import type { RedactionType } from "./policy.ts";

/** Reports that `[start, end)` of the given text must go. */
export type Emit = (type: RedactionType, start: number, end: number, priority?: number) => void;

/**
 * Finds one kind of value. Linear in the length of `text` for any input: bounded look-around, no nested repetition.
 * `scope: "whole"` is for values that may reach across the windows a large text is cut into.
 */
export interface Detector {
  name: string;
  scope?: "whole";
  detect(text: string, emit: Emit): void;
}

/**
 * Calls `visit` for each match; it may return where to go on. `pattern` must be global; its state is reset first, because
 * detectors share it between calls.
 */
export function eachMatch(pattern: RegExp, text: string, visit: (match: RegExpExecArray) => unknown): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const after = pattern.lastIndex;
    const next = match[0] === "" ? after + 1 : visit(match);
    // A visitor may have used this pattern itself.
    pattern.lastIndex = typeof next === "number" ? Math.max(after, next) : after;
  }
}

/** Start and end of a group; the pattern needs the `d` flag. Undefined when the group took no part. */
export function groupRange(match: RegExpExecArray, group: number | string): [start: number, end: number] | undefined {
  return typeof group === "number" ? match.indices?.[group] : match.indices?.groups?.[group];
}

/** Not inside a word; the letter of a written-out `\n`, `\r` or `\t` does not count as one. */
export const WORD_START = String.raw`(?<![A-Za-z0-9](?<!\\[nrt]))`;
