import canonicalize from "canonicalize";
import { AppError } from "../platform/app-error.ts";

const MAX_DEPTH = 8;
const KEY = /^[A-Za-z0-9_.-]{1,64}$/;

/** A value that has no canonical form; writing it would make the chain depend on who serialises it. */
export class NotCanonicalError extends AppError {
  override readonly name = "NotCanonicalError";
  constructor(path: string, why: string) {
    super(
      `${path || "value"} ${why}; the ledger takes NFC strings, safe integers, booleans, null, arrays and plain objects`,
    );
  }
}

/** Throws unless `value` lies in the ledger's value domain. */
export function assertCanonicalDomain(value: unknown, path = "", depth = 0): void {
  if (depth > MAX_DEPTH) throw new NotCanonicalError(path, `is nested deeper than ${MAX_DEPTH}`);
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new NotCanonicalError(path, "holds a lone surrogate");
    if (value.normalize("NFC") !== value) throw new NotCanonicalError(path, "is not in Unicode normal form C");
    return;
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new NotCanonicalError(path, "is not a safe integer");
    return;
  }
  if (Array.isArray(value)) {
    // Anything beside the elements would be dropped without a word, or, as `toJSON`, be written instead of them.
    if (Reflect.ownKeys(value).length !== value.length + 1)
      throw new NotCanonicalError(path, "is an array with holes or other properties");
    for (let index = 0; index < value.length; index += 1) {
      assertCanonicalDomain(value[index], `${path}[${index}]`, depth + 1);
    }
    return;
  }
  if (typeof value !== "object") throw new NotCanonicalError(path, `is of type ${typeof value}`);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonicalError(path, "is not a plain object");
  if (Reflect.ownKeys(value).length !== Object.keys(value).length)
    throw new NotCanonicalError(path, "has hidden or symbol keys");
  for (const [key, member] of Object.entries(value)) {
    if (!KEY.test(key) || key === "__proto__")
      throw new NotCanonicalError(`${path}.${key}`, "has a key outside [A-Za-z0-9_.-]{1,64}");
    assertCanonicalDomain(member, `${path}.${key}`, depth + 1);
  }
}

/** RFC 8785 canonical JSON of a value inside the ledger's domain. @throws NotCanonicalError */
export function canonical(value: unknown): string {
  assertCanonicalDomain(value);
  return canonicalInDomain(value);
}

/** The same of a value that is known to lie inside the domain: outside it this leaves things out without a word. */
export function canonicalInDomain(value: unknown): string {
  // Undefined only for what has no JSON form, and none of that lies in the domain.
  return canonicalize(value) as string;
}
