/** Every occurrence of each header, by its name in lower case. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The one value of a header. An empty value counts as missing. Two values, or a comma in one (how a proxy joins two), count as
 * duplicated: no signature, token or timestamp of ours contains a comma, and which of two counts must not be left to chance.
 */
export function onlyValue(headers: HeaderValues, name: string): { only: string } | "missing" | "duplicated" {
  const found = headers[name.toLowerCase()] ?? [];
  const values = typeof found === "string" ? [found] : found;
  if (values.length > 1) return "duplicated";
  const only = values[0]?.trim() ?? "";
  if (only === "") return "missing";
  return only.includes(",") ? "duplicated" : { only };
}
