import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

/**
 * Signed notes as C2SP specifies them (https://c2sp.org/signed-note): text that ends in a line feed, an empty line, then
 * signature lines. Only Ed25519 (algorithm 0x01) is understood; other lines are left for whoever understands them.
 */
export interface VerifierKey {
  name: string;
  /** First four bytes of SHA-256(name, LF, 0x01, key), in hex. */
  id: string;
  publicKey: KeyObject;
  /** `name+id+base64(0x01 key)`, as people exchange it. */
  text: string;
}

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** DER around the 32 bytes of an Ed25519 public key (RFC 8410): the shape in which Node takes one. */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/;
/** No white space and no `+`, which parts a key's text. */
const NAME = /^[^\s+]{1,200}$/;

/** Bytes of base64 text that is exactly what those bytes encode to; undefined for any other spelling. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

const keyIdOf = (name: string, key: Uint8Array): string =>
  createHash("sha256").update(`${name}\n`).update(Uint8Array.of(ED25519)).update(key).digest("hex").slice(0, 8);

/** Reads `name+id+base64`; undefined when it is none, of another algorithm, or its id is not that of the key. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  // The key's base64 may itself hold a plus: only the first two part anything.
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1);
  if (first === -1 || second === -1) return undefined;
  const [name, id] = [text.slice(0, first), text.slice(first + 1, second)];
  const bytes = strictBase64(text.slice(second + 1));
  if (!NAME.test(name) || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return undefined;
  const key = verifierKey(name, bytes.subarray(1));
  return key.id === id ? key : undefined;
}

/** The verifier for a raw public key of 32 bytes. @throws RangeError for another length or a name that notes cannot carry */
export function verifierKey(name: string, key: Uint8Array): VerifierKey {
  if (key.length !== KEY_BYTES) throw new RangeError(`an Ed25519 key has ${KEY_BYTES} bytes, not ${key.length}`);
  if (!NAME.test(name)) throw new RangeError("a key name holds no white space and no plus");
  const id = keyIdOf(name, key);
  return {
    name,
    id,
    text: `${name}+${id}+${Buffer.concat([Uint8Array.of(ED25519), key]).toString("base64")}`,
    publicKey: createPublicKey({ key: Buffer.concat([SPKI, key]), format: "der", type: "spki" }),
  };
}

/** The raw 32 bytes in the SubjectPublicKeyInfo of an Ed25519 key; undefined for a key of any other kind. */
export function publicKeyBytes(spki: Uint8Array): Buffer | undefined {
  const der = Buffer.from(spki);
  const isOurs = der.length === SPKI.length + KEY_BYTES && der.subarray(0, SPKI.length).equals(SPKI);
  return isOurs ? der.subarray(SPKI.length) : undefined;
}

/** Whether this is the key's signature over exactly these bytes. */
export const holds = (key: VerifierKey, bytes: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && verify(null, bytes, key.publicKey, signature);

/** The text with a signature line; whether the signature holds was asked before. */
export const noteOf = (text: string, { name, id }: VerifierKey, signature: Uint8Array): string =>
  `${text}\n\u2014 ${name} ${Buffer.concat([Buffer.from(id, "hex"), signature]).toString("base64")}\n`;

export type OpenedNote =
  | { kind: "signed"; text: string; by: VerifierKey[] }
  /** Well formed, but none of the keys given has signed it. */
  | { kind: "unsigned"; text: string }
  | { kind: "malformed" }
  /** A line names one of the keys and does not verify. */
  | { kind: "forged"; text: string };

/** Reads a note and checks the signatures of the keys given. */
export function openNote(note: string, keys: readonly VerifierKey[]): OpenedNote {
  const end = note.lastIndexOf("\n\n");
  if (end === -1 || !note.endsWith("\n") || note.length > 1_000_000) return { kind: "malformed" };
  const text = note.slice(0, end + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids them
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) return { kind: "malformed" };
  const by: VerifierKey[] = [];
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [, name, blob = ""] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = strictBase64(blob);
    if (name === undefined || !bytes || bytes.length < 5) return { kind: "malformed" };
    const id = bytes.subarray(0, 4).toString("hex");
    const key = keys.find((one) => one.name === name && one.id === id);
    if (!key || by.includes(key)) continue;
    if (!holds(key, Buffer.from(text, "utf8"), bytes.subarray(4))) return { kind: "forged", text };
    by.push(key);
  }
  return by.length > 0 ? { kind: "signed", text, by } : { kind: "unsigned", text };
}
