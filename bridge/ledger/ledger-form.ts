/**
 * The value with every text in it as the ledger takes text: well formed and in Unicode normal form C. For what systems and
 * people outside said; the ledger itself refuses other text and never changes any.
 */
export function inLedgerForm<T>(value: T): T {
  return formed(value) as T;
}

function formed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().normalize("NFC");
  if (Array.isArray(value)) return value.map(formed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, formed(member)]));
}
