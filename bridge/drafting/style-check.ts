import type { StyleRule } from "./prompts.ts";

/** The first rule that `text` breaks, with the words that show it. A word list finds what is said, not what is meant. */
export function brokenStyleRule(
  text: string,
  rules: readonly StyleRule[],
): { rule: StyleRule; words: string } | undefined {
  const read = ` ${text.toLowerCase().replace(/\s+/g, " ")} `;
  for (const rule of rules) {
    const words = rule.never.find((phrase) => holds(read, phrase.toLowerCase()));
    if (words !== undefined) return { rule, words };
  }
  return undefined;
}

function holds(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) {
    const inWord = /[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at)) && /^[\p{L}\p{N}]/u.test(phrase);
    const goesOn =
      /[\p{L}\p{N}]$/u.test(phrase) && /^[\p{L}\p{N}]/u.test(text.slice(at + phrase.length, at + phrase.length + 2));
    if (!inWord && !goesOn) return true;
  }
  return false;
}
