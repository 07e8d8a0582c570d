import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkpointText, digestOf, parseCheckpointText } from "../../../bridge/audit/proof/checkpoint-note.ts";
import {
  openNote,
  parseVerifierKey,
  publicKeyBytes,
  strictBase64,
  verifierKey,
} from "../../../bridge/audit/proof/signed-note.ts";
import { SignatureRefusedError, signNote } from "../../../bridge/audit/sign-note.ts";
import { parseSigningKey, seedKey } from "../../../bridge/audit/signing-key.ts";
import { testKey } from "../../support/audit.ts";

/** Published with the Go package golang.org/x/mod/sumdb/note, from which the format comes. */
const NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const BY_NEUMANN =
  "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const BY_ENOCH =
  "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

const key = (text: string) => {
  const parsed = parseVerifierKey(text);
  if (!parsed) throw new Error(`${text} is no key`);
  return parsed;
};

describe("the published note", () => {
  test("verifies under the published key", () => {
    expect(openNote(`${TEXT}\n${BY_NEUMANN}`, [key(NEUMANN)])).toMatchObject({ kind: "signed", text: TEXT });
  });

  test("counts each signature that a given key has made, and leaves others aside", () => {
    const both = `${TEXT}\n${BY_NEUMANN}${BY_ENOCH}`;
    const signers = (note: ReturnType<typeof openNote>) =>
      note.kind === "signed" ? note.by.map(({ name }) => name) : [];
    expect(signers(openNote(both, [key(NEUMANN), key(ENOCH)]))).toEqual(["PeterNeumann", "EnochRoot"]);
    expect(signers(openNote(both, [key(ENOCH)]))).toEqual(["EnochRoot"]);
    expect(openNote(both, [])).toMatchObject({ kind: "unsigned" });
    expect(signers(openNote(`${TEXT}\n${BY_NEUMANN}${BY_NEUMANN}`, [key(NEUMANN)]))).toEqual(["PeterNeumann"]);
  });

  test("is made again, byte for byte, from the published secret key", async () => {
    const signer = parseSigningKey(NEUMANN_SECRET, "the test");
    expect(signer.verifier.text).toBe(NEUMANN);
    expect(await signNote(TEXT, signer)).toBe(`${TEXT}\n${BY_NEUMANN}`);
  });

  test("does not verify with one letter changed", () => {
    expect(openNote(`${TEXT.replace("answer", "Answer")}\n${BY_NEUMANN}`, [key(NEUMANN)])).toMatchObject({
      kind: "forged",
    });
    expect(openNote(`${TEXT}\n${BY_NEUMANN.replace("x08go/ZJ", "x08go/ZK")}`, [key(NEUMANN)])).toMatchObject({
      kind: "forged",
    });
  });
});

test.each([
  ["nothing", ""],
  ["no empty line", `${TEXT}${BY_NEUMANN}`],
  ["no signature line", `${TEXT}\nhello\n`],
  ["base64 that is spelt otherwise", `${TEXT}\n${BY_NEUMANN.replace("nAM=", "nAN=")}`],
  ["a signature of no length", `${TEXT}\n\u2014 PeterNeumann x08g\n`],
  ["a control character", `${TEXT.replace("you", "y\tou")}\n${BY_NEUMANN}`],
  ["no line feed at its end", `${TEXT}\n${BY_NEUMANN.slice(0, -1)}`],
  ["more than a megabyte", `${"a".repeat(1_000_000)}\n\n${BY_NEUMANN}`],
])("a note with %s is malformed", (_, note) => {
  expect(openNote(note, [key(NEUMANN)])).toEqual({ kind: "malformed" });
});

test.each([
  ["no plus", "PeterNeumann"],
  ["one plus", "PeterNeumann+c74f20a3"],
  ["another id", NEUMANN.replace("c74f20a3", "c74f20a4")],
  ["another name", NEUMANN.replace("Peter", "Petra")],
  ["a name with a space", NEUMANN.replace("Peter", "Peter ")],
  ["another algorithm", NEUMANN.replace("+ARpc", "+AhpC")],
  ["a key too short", "PeterNeumann+c74f20a3+ARpc"],
  ["base64 that is spelt otherwise", `${NEUMANN}=`],
])("a verifier key with %s is none", (_, text) => {
  expect(parseVerifierKey(text)).toBeUndefined();
});

test("only text that can be parted from signatures again is signed, and only by a key of proper form", async () => {
  await expect(signNote("no line feed", testKey())).rejects.toThrow(RangeError);
  await expect(signNote("two\n\nparts\n", testKey())).rejects.toThrow(RangeError);
  expect(() => seedKey("short", new Uint8Array(31))).toThrow(RangeError);
  expect(() => seedKey("with space", new Uint8Array(32))).toThrow(RangeError);
  expect(() => verifierKey("short", new Uint8Array(31))).toThrow(RangeError);
});

test("a public key is taken out of its DER form only when it is of the one kind", () => {
  const spki = testKey().verifier.publicKey.export({ format: "der", type: "spki" });
  expect(verifierKey("a-log", publicKeyBytes(spki) ?? Buffer.alloc(0)).id).toBe(testKey(7, "a-log").verifier.id);
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" });
  expect(publicKeyBytes(other)).toBeUndefined();
  expect(publicKeyBytes(Buffer.alloc(spki.length))).toBeUndefined();
});

test.each<[string, (signature: Uint8Array) => Uint8Array]>([
  ["of another key", () => Buffer.alloc(64, 1)],
  ["that is too short", (signature) => signature.subarray(1)],
  ["with one bit turned", (signature) => signature.map((byte, place) => (place === 3 ? byte ^ 1 : byte))],
])("a signature %s never becomes a note", async (_, spoil) => {
  const key = testKey();
  const lying = { ...key, sign: async (bytes: Uint8Array) => spoil(await key.sign(bytes)) };
  await expect(signNote("text\n", lying)).rejects.toThrow(SignatureRefusedError);
  expect(openNote(await signNote("text\n", key), [key.verifier])).toMatchObject({ kind: "signed" });
});

test("base64 is taken in its one spelling only", () => {
  expect(strictBase64("AQID")).toEqual(Buffer.from([1, 2, 3]));
  expect(strictBase64("AQI=")).toEqual(Buffer.from([1, 2]));
  for (const other of ["AQI", "AQJ=", "AQ ID", "AQID\n", "AQ-_"]) expect(strictBase64(other)).toBeUndefined();
});

describe("a checkpoint", () => {
  const head = { origin: "example.com/log", size: 1289, root: Buffer.alloc(32, 5) };

  test("is read as it was written", () => {
    expect(parseCheckpointText(checkpointText(head))).toEqual(head);
    expect(digestOf(head)).toBe("audit 1289 0505050505050505");
  });

  test.each([
    ["a size with a leading zero", checkpointText(head).replace("1289", "01289")],
    ["a negative size", checkpointText(head).replace("1289", "-1")],
    ["no origin", checkpointText({ ...head, origin: "" })],
    ["a short root", checkpointText({ ...head, root: Buffer.alloc(31) })],
    ["one more line", `${checkpointText(head)}extension\n`],
    ["no line feed at its end", checkpointText(head).slice(0, -1)],
  ])("with %s is none", (_, text) => {
    expect(parseCheckpointText(text)).toBeUndefined();
  });
});
