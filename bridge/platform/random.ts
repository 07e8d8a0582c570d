import { randomBytes, randomUUID } from "node:crypto";

/** Where randomness comes from. Injected, so that a run can be repeated from one seed. */
export interface Random {
  /** `length` characters of [A-Z2-9] without I and O (32 symbols): readable aloud, no modulo bias. */
  code(length: number): string;
  /** A UUID version 4. */
  uuid(): string;
  /** Uniform in [0, 1): for jitter only, never for keys. */
  fraction(): number;
}

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

export const systemRandom: Random = {
  code: (length) => Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join(""),
  uuid: () => randomUUID(),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};

/** A new shared key: 256 bits, as text that fits a header. */
export const mintKey = (): string => randomBytes(32).toString("base64url");

/** For keys, nonces and salts: never from a seed. */
export const freshBytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
