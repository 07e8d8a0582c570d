import { type KnownName, scanPublicText } from "../redaction/index.ts";
import { fitUnits, toPublicForm } from "./public-text.ts";

/** Leaves room for the rest of the update. */
const MAX_IMPACT_UNITS = 2_000;
const LINK = /\b[a-z][a-z0-9+.-]{1,15}:\/\/|(?<![\p{L}\p{N}])www\./iu;

/**
 * The impact as typed, without the sentences that customers must not read: those that hold a secret, a person's name, an
 * internal system, an address, a link or an unfilled placeholder. Nothing is rewritten inside a sentence. Empty when nothing is
 * left; `note` says that something was left out.
 */
export function publishableImpact(
  typed: string,
  knownNames: readonly KnownName[],
): { text: string; note: string | null } {
  const sentences = sentencesOf(fitUnits(toPublicForm(typed), MAX_IMPACT_UNITS));
  const kept = sentences.filter((sentence) => !LINK.test(sentence) && isPublic(sentence, knownNames));
  const left = sentences.length - kept.length;
  return {
    text: asSentence(toPublicForm(kept.join("").trim())),
    note:
      left === 0
        ? null
        : `${left} of ${sentences.length} sentences of the impact were left out: they name a person, an internal system, an address, a secret or a link, or hold an unfilled placeholder.`,
  };
}

function isPublic(sentence: string, knownNames: readonly KnownName[]): boolean {
  const { blockers, findings } = scanPublicText(sentence, { publicTerms: [], knownNames });
  return blockers.length === 0 && findings.length === 0;
}

/** Pieces that together are the text; each ends behind a sentence or a line. */
const sentencesOf = (text: string): string[] => text.match(/[^\n]*?(?:[.!?…](?=\s)\s?|\n|$)/gu)?.filter(Boolean) ?? [];

function asSentence(text: string): string {
  if (text === "") return "";
  const capital = /^\p{Ll}+(?![\p{Lu}\p{N}])/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…:)]$/.test(capital) ? capital : `${capital}.`;
}
