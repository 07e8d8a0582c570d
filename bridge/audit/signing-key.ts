import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "../platform/app-error.ts";
import { strictBase64, type VerifierKey, verifierKey } from "./proof/signed-note.ts";

/** The right to sign: whoever has it needs to know nothing of where the private half lies. */
export interface SigningKey {
  readonly verifier: VerifierKey;
  /** Ed25519 over exactly these bytes, in bounded time. It may be wrong: `signNote` looks before it is used. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A text that is no signing key, or one whose parts do not belong together. Its content is never shown. */
export class SigningKeyError extends AppError {
  override readonly name = "SigningKeyError";
  constructor(where: string) {
    super(`${where} holds no signing key of the form PRIVATE+KEY+<name>+<id>+<base64>; restore it or take a new key`);
  }
}

const FORM = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/;
const ED25519 = 0x01;
const SEED_BYTES = 32;
/** DER around the seed (RFC 8410): the shape in which Node takes one. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key that a seed of 32 bytes stands for, in this process. @throws RangeError for another length, or a name notes cannot carry */
export function seedKey(name: string, seed: Uint8Array): SigningKey {
  if (seed.length !== SEED_BYTES) throw new RangeError(`an Ed25519 seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  // The last 32 bytes of the SPKI form are the public key, as the last of PKCS #8 are the seed (RFC 8410).
  const verifier = verifierKey(name, createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32));
  return { verifier, sign: async (bytes) => sign(null, bytes, privateKey) };
}

/** Reads a key in the form in which Go's note package writes one. @throws SigningKeyError */
export function parseSigningKey(text: string, where: string): SigningKey {
  const [, name = "", id, base64 = ""] = FORM.exec(text.trim()) ?? [];
  const bytes = strictBase64(base64);
  if (bytes?.length !== 33 || bytes[0] !== ED25519) throw new SigningKeyError(where);
  const key = seedKey(name, bytes.subarray(1));
  if (key.verifier.id !== id) throw new SigningKeyError(where);
  return key;
}

/** The key in a file that only its owner may read; made when there is none yet. @throws SigningKeyError */
export async function signingKeyFromFile(file: string, name: string): Promise<SigningKey> {
  await mkdir(dirname(file), { recursive: true });
  try {
    // Exclusive: of two processes that start at once one makes the key and the other reads it.
    await writeFile(file, freshKey(name), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return parseSigningKey(await readFile(file, "utf8"), file);
}

/** A new key of that name, in the form that `parseSigningKey` reads. */
export function freshKey(name: string): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-SEED_BYTES);
  const { id } = seedKey(name, seed).verifier;
  return `PRIVATE+KEY+${name}+${id}+${Buffer.concat([Uint8Array.of(ED25519), seed]).toString("base64")}\n`;
}
