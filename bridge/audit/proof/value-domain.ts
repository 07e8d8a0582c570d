/** How deep values may nest; the outermost is at depth 0. */
export const MAX_DEPTH = 8;
const KEY = /^[A-Za-z0-9_.-]{1,64}$/;

/** Whether an object of the ledger may have this key. */
export const isKey = (key: string): boolean => KEY.test(key) && key !== "__proto__";

/** Whether the ledger may hold this parsed value: NFC text, safe integers, booleans, null, and not too deep. */
export function isInDomain(value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  if (typeof value === "string") return value.isWellFormed() && value.normalize("NFC") === value;
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => isInDomain(item, depth + 1));
  return Object.entries(value).every(([key, item]) => isKey(key) && isInDomain(item, depth + 1));
}
