import { createHash } from "node:crypto";
import type { Words } from "../incident/sealed-events.ts";
import { canonical } from "../ledger/canonical.ts";

export const SALT_BYTES = 32;

/**
 * What an entry says in the place of words: hex SHA-256 of label, salt and canonical form. Without the salt nobody can try out
 * words against it. @throws NotCanonicalError
 */
export const commitmentTo = (salt: Uint8Array, words: Words): string =>
  createHash("sha256")
    .update("incident-ledger/v1/commit\n")
    .update(salt)
    .update(canonical(words), "utf8")
    .digest("hex");
