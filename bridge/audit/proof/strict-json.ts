import { isShortestSpelling } from "./shortest-spelling.ts";
import { isInDomain } from "./value-domain.ts";

/**
 * RFC 8785 canonical JSON over the ledger's value domain, without dependencies: an auditor must be able to read all of it.
 * In that domain (`value-domain.ts`) JSON.stringify writes strings and numbers exactly as the RFC demands, so only the order
 * of keys is left to see to.
 */

/** Whether the text is the canonical form of a value inside the domain. */
export function isCanonical(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  return isCanonicalFormOf(text, value);
}

/** As `isCanonical`, for text that is parsed already. */
export function isCanonicalFormOf(text: string, value: unknown): boolean {
  // The second half alone is the definition. The first says the same of almost all honest text, and sooner.
  return isShortestSpelling(text, value) || (isInDomain(value) && canonicalText(value) === text);
}

/** The canonical form. The value must lie inside the domain. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as Record<string, unknown>;
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(object[key])}`);
  return `{${members.join(",")}}`;
}
