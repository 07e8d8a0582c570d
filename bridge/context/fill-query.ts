/** What stands in a query of services.yaml for the name of the service. */
export const SERVICE_PLACEHOLDER = "{{service}}";

/** Everything but the printable characters that mean themselves within double quotes. */
const NOT_ITSELF = /["\\]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Untrusted text for the inside of a double-quoted string of PromQL, LogQL or TraceQL, which all read Go's escapes: whatever it
 * holds, it stays within its quotes and means itself.
 */
export function escapeLabelValue(value: string): string {
  return value.toWellFormed().replace(NOT_ITSELF, (character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    if (character === "\n") return "\\n";
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The query with the service's name in place of each placeholder, escaped. */
export const fillQuery = (query: string, service: string): string =>
  query.replaceAll(SERVICE_PLACEHOLDER, () => escapeLabelValue(service));

/** Whether every placeholder stands within double quotes, where the escaping holds, and none but ours is there. */
export function placeholdersAreQuoted(query: string): boolean {
  const pieces = query.split(SERVICE_PLACEHOLDER);
  if (pieces.some((piece) => piece.includes("{{"))) return false;
  let quotes = 0;
  return pieces.slice(0, -1).every((piece) => {
    quotes += piece.replace(/\\./g, "").split('"').length - 1;
    return quotes % 2 === 1;
  });
}
