/**
 * RFC 8785 canonical JSON over the ledger's value domain, without dependencies: an auditor must be able to read all of it.
 * The domain: well-formed NFC strings, booleans, null, safe integers, arrays and objects, at most eight deep. In that domain
 * JSON.stringify writes strings and numbers exactly as the RFC demands, so only the order of keys is left to see to.
 */
const MAX_DEPTH = 8;
const KEY = /^[A-Za-z0-9_.-]{1,64}$/;
/** Neither escapes nor anything that has another normal form. */
const PLAIN_ASCII = /^[\x20-\x7e]*$/;

type Seen = "sorted" | "unsorted" | "outside";

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
  // An escape may stand for any character, half of one included.
  const seen = look(value, 0, PLAIN_ASCII.test(text) && !text.includes("\\u"));
  if (seen === "outside") return false;
  return (seen === "sorted" ? JSON.stringify(value) : canonicalText(value)) === text;
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

/** One walk for both questions: inside the domain, and do all objects hold their keys in order? */
function look(value: unknown, depth: number, ascii: boolean): Seen {
  if (depth > MAX_DEPTH) return "outside";
  if (typeof value === "string") {
    return ascii || (value.isWellFormed() && value.normalize("NFC") === value) ? "sorted" : "outside";
  }
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? "sorted" : "outside";
  if (typeof value !== "object" || value === null) return "sorted";
  let seen: Seen = "sorted";
  const note = (inner: Seen) => {
    if (inner !== "sorted") seen = seen === "outside" ? seen : inner;
  };
  if (Array.isArray(value)) {
    for (const item of value) note(look(item, depth + 1, ascii));
    return seen;
  }
  let before = "";
  for (const key of Object.keys(value)) {
    if (!KEY.test(key) || key === "__proto__") return "outside";
    if (key < before) note("unsorted");
    before = key;
    note(look((value as Record<string, unknown>)[key], depth + 1, ascii));
  }
  return seen;
}
