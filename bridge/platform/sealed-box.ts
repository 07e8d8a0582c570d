import { createCipheriv, createDecipheriv } from "node:crypto";
import { AppError } from "../platform/app-error.ts";
import { freshBytes } from "../platform/random.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** These bytes were changed, or sealed with another key or for another place. */
export class SealedBoxError extends AppError {
  override readonly name = "SealedBoxError";
  constructor(place: string, options: { cause: unknown }) {
    super(`what is sealed at ${place} does not open there; restore it from a backup or count it as lost`, options);
  }
}

/**
 * AES-256-GCM under a fresh 96-bit nonce: nonce, tag, ciphertext. `place` is authenticated, so that the bytes open nowhere else.
 * One key must not seal more than 2^32 times (NIST SP 800-38D, 8.3); here each incident has its own.
 */
export function seal(plain: Uint8Array, key: Uint8Array, place: string): Uint8Array {
  const nonce = freshBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place, "utf8"));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

/** @throws SealedBoxError */
export function unseal(sealed: Uint8Array, key: Uint8Array, place: string): Uint8Array {
  try {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(place, "utf8"))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]));
  } catch (cause) {
    throw new SealedBoxError(place, { cause });
  }
}
