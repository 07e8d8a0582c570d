import type { KnownName } from "../redaction/types.ts";
import { fitUnits, toPublicForm } from "./public-text.ts";

/** Leaves room for the rest of the update. */
const MAX_IMPACT_UNITS = 2_000;

/** The impact as typed, made fit for customers. Empty when nothing usable is left; `note` says what was taken out. */
export function publishableImpact(
  typed: string,
  _knownNames: readonly KnownName[],
): { text: string; note: string | null } {
  const text = fitUnits(toPublicForm(typed), MAX_IMPACT_UNITS);
  return { text: asSentence(text), note: null };
}

function asSentence(text: string): string {
  if (text === "") return "";
  return /[.!?…:)]$/.test(text) ? text : `${text}.`;
}
