import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { openKmsKey, SigningKeyUnavailableError, SigningKeyUnfitError } from "../../../bridge/audit/kms-key.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { publicKeyBytes, verifierKey } from "../../../bridge/audit/proof/signed-note.ts";
import { SignatureRefusedError } from "../../../bridge/audit/sign-note.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { FaultBoard, type FaultKind } from "../../sandbox/faults.ts";
import { type KmsState, kmsKey, startKms } from "../../sandbox/vendors/kms.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { honestStream, memoryLog, memoryStreams, ORIGIN } from "../../support/audit.ts";
import { startLocalServer } from "../../support/local-server.ts";
import { woundClock } from "../../support/wound-clock.ts";

const A = "INC-20261121-0914-AAAA";
const ED25519 = kmsKey("0a1b2c3d-signer");
const P256 = kmsKey("0a1b2c3d-other", "ECC_NIST_P256");

let faults: FaultBoard;
let kms: Vendor<KmsState>;
let opened: { close(): void }[];
beforeEach(async () => {
  faults = new FaultBoard();
  opened = [];
  kms = await startKms({ faults, state: { keys: [{ ...ED25519 }, { ...P256 }], denied: [] } });
});
afterEach(async () => {
  for (const key of opened) key.close();
  await kms.close();
});

const SPKI = createPublicKey(
  createPrivateKey({ key: Buffer.from(ED25519.privateKey, "base64"), format: "der", type: "pkcs8" }),
)
  .export({ format: "der", type: "spki" })
  .toString("base64");
/** A server that says the same to everything, as KMS never should. */
const answering = (answer: object) =>
  startLocalServer((_, response) => {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify(answer));
  });

const open = async (arn = ED25519.arn, endpoint = kms.url) => {
  const key = await openKmsKey({
    arn,
    name: ORIGIN,
    region: "eu-north-1",
    endpoint,
    credentials: "local-dummy",
  });
  opened.push(key);
  return key;
};
const calls = () => kms.requests.map(({ path }) => path.split(" ").at(-1));

async function scene() {
  const key = await open();
  const log = memoryLog();
  const streams = memoryStreams();
  for (const item of honestStream(A, 2)) streams.items_.set(`${item.pk} ${item.sk}`, { ...item });
  const signer = () => createCheckpointSigner({ log, streams, key, clock: woundClock(), logger: silentLogger });
  return { key, log, signer };
}

describe("a key in KMS", () => {
  test("signs a checkpoint that its public half verifies, and is asked for that half once", async () => {
    const { key, log, signer } = await scene();
    const mine = signer();
    await mine.cover(A, 2);
    await mine.coverAll([A]);
    const { findings, head } = await checkLog(log, { keys: [key.verifier] });
    expect(findings).toEqual([]);
    expect(head?.size).toBe(3);
    expect(calls()).toEqual(["GetPublicKey", "Sign", "Sign"]);
    expect(key.verifier.name).toBe(ORIGIN);
  });

  test("is the verifier that its DER form says, and signs as anybody verifies Ed25519", async () => {
    const key = await open();
    const seed = Buffer.from(kms.state.keys[0]?.privateKey ?? "", "base64");
    const spki = createPublicKey(createPrivateKey({ key: seed, format: "der", type: "pkcs8" }));
    const raw = publicKeyBytes(spki.export({ format: "der", type: "spki" })) ?? Buffer.alloc(0);
    expect(key.verifier.text).toBe(verifierKey(ORIGIN, raw).text);
    const message = Buffer.from("a text\n");
    expect(verify(null, message, spki, await key.sign(message))).toBe(true);
  });

  test.each<[string, (state: KmsState) => void, RegExp]>([
    ["may not be used by this role", (state) => state.denied.push("Sign"), /kms:Sign \(AccessDeniedException\)/],
    [
      "is disabled",
      (state) => {
        for (const key of state.keys) key.enabled = false;
      },
      /DisabledException/,
    ],
  ])("that %s signs nothing, and the log stays as it was", async (_, spoil, said) => {
    const { log, signer } = await scene();
    spoil(kms.state);
    const refused = signer().cover(A, 2);
    await expect(refused).rejects.toThrow(SigningKeyUnavailableError);
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.toThrow(/nothing was signed/);
    expect(log.objects.size).toBe(0);
  });

  test.each<FaultKind>(["down", "error", "malformed", "rate_limit", "commit_then_drop"])(
    "that is %s for good fails in time, writes nothing, and signs the next time",
    async (kind) => {
      const { key, log, signer } = await scene();
      const mine = signer();
      faults.add({ target: "kms", kind, match: "Sign" });
      const began = performance.now();
      await expect(mine.cover(A, 2)).rejects.toThrow(SigningKeyUnavailableError);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(log.objects.size).toBe(0);
      faults.clear();
      expect((await mine.cover(A, 2)).size).toBe(2);
      expect((await checkLog(log, { keys: [key.verifier] })).findings).toEqual([]);
    },
  );

  test("that hangs is given up in less time than a publish waits", async () => {
    const { log, signer } = await scene();
    faults.add({ target: "kms", kind: "slow", ms: 30_000, match: "Sign" });
    const began = performance.now();
    await expect(signer().cover(A, 2)).rejects.toThrow(SigningKeyUnavailableError);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(log.objects.size).toBe(0);
  });

  test("that fails once is asked once more, and nobody notices", async () => {
    const { signer } = await scene();
    faults.add({ target: "kms", kind: "error", times: 1, match: "Sign" });
    expect((await signer().cover(A, 2)).size).toBe(2);
    expect(calls()).toEqual(["GetPublicKey", "Sign", "Sign"]);
  });

  test("whose private half is another by now signs nothing that is written", async () => {
    const { log, signer } = await scene();
    for (const key of kms.state.keys) key.privateKey = kmsKey("another").privateKey;
    await expect(signer().cover(A, 2)).rejects.toThrow(SignatureRefusedError);
    expect(log.objects.size).toBe(0);
  });
});

describe("what does not sign checkpoints is refused at the start", () => {
  test("a key of another kind", async () => {
    await expect(open(P256.arn)).rejects.toThrow(SigningKeyUnfitError);
    await expect(open(P256.arn)).rejects.toThrow(/ECC_NIST_P256.*KeySpec ECC_NIST_EDWARDS25519/);
  });

  test("no key, or one that this role may not read", async () => {
    await expect(open(ED25519.arn.replace("signer", "nobody"))).rejects.toThrow(
      /kms:GetPublicKey \(NotFoundException\)/,
    );
    kms.state.denied.push("GetPublicKey");
    await expect(open()).rejects.toThrow(/AccessDeniedException/);
  });

  test.each<[string, object]>([
    ["that is for something else", { KeyUsage: "KEY_AGREEMENT", PublicKey: SPKI }],
    ["whose public half is none of Ed25519", { KeyUsage: "SIGN_VERIFY", PublicKey: "AAAA" }],
    ["whose public half is not told", { KeyUsage: "SIGN_VERIFY" }],
  ])("a key %s", async (_, answer) => {
    await using server = await answering({ KeySpec: "ECC_NIST_EDWARDS25519", ...answer });
    await expect(open(ED25519.arn, server.url)).rejects.toThrow(SigningKeyUnfitError);
  });
});

test("an answer without a signature has signed nothing", async () => {
  await using server = await answering({
    KeySpec: "ECC_NIST_EDWARDS25519",
    KeyUsage: "SIGN_VERIFY",
    PublicKey: SPKI,
  });
  const key = await open(ED25519.arn, server.url);
  await expect(key.sign(Buffer.from("a text\n"))).rejects.toThrow(/without a signature/);
});
