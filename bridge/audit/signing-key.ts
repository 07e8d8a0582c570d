import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "../platform/app-error.ts";
import { type SignerKey, signerKey, strictBase64 } from "./proof/signed-note.ts";

/** A text that is no signing key, or one whose parts do not belong together. Its content is never shown. */
export class SigningKeyError extends AppError {
  override readonly name = "SigningKeyError";
  constructor(where: string) {
    super(`${where} holds no signing key of the form PRIVATE+KEY+<name>+<id>+<base64>; restore it or take a new key`);
  }
}

const FORM = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/;
const ED25519 = 0x01;

/** Reads a key in the form in which Go's note package writes one. @throws SigningKeyError */
export function parseSigningKey(text: string, where: string): SignerKey {
  const [, name = "", id, base64 = ""] = FORM.exec(text.trim()) ?? [];
  const bytes = strictBase64(base64);
  if (bytes?.length !== 33 || bytes[0] !== ED25519) throw new SigningKeyError(where);
  const key = signerKey(name, bytes.subarray(1));
  if (key.verifier.id !== id) throw new SigningKeyError(where);
  return key;
}

/** The key in a file that only its owner may read; made when there is none yet. @throws SigningKeyError */
export async function signingKeyFromFile(file: string, name: string): Promise<SignerKey> {
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
  // The last 32 bytes of the PKCS #8 form are the seed (RFC 8410).
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const { id } = signerKey(name, seed).verifier;
  return `PRIVATE+KEY+${name}+${id}+${Buffer.concat([Uint8Array.of(ED25519), seed]).toString("base64")}\n`;
}
