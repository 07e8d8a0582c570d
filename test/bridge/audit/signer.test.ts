import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAudit } from "../../../bridge/audit/audit.ts";
import { HeadRefusedError, SignerStoppedError } from "../../../bridge/audit/checkpoint-signer.ts";
import { openKmsKey } from "../../../bridge/audit/kms-key.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { createDirectoryLog } from "../../../bridge/audit/proof/directory-log.ts";
import { leafKey } from "../../../bridge/audit/proof/log-store.ts";
import { createRemoteSigner, SignerUnavailableError } from "../../../bridge/audit/signer/remote-signer.ts";
import { readSignerConfig } from "../../../bridge/audit/signer/signer-config.ts";
import { startSigner } from "../../../bridge/audit/signer/start-signer.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { readConfig } from "../../../bridge/platform/config.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { createSecrets, createSecretsClient, type Secrets } from "../../../bridge/platform/secrets.ts";
import { wirePlatform } from "../../../bridge/wiring/platform.ts";
import { signRequest } from "../../../shared/signing.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type KmsState, kmsKey, startKms } from "../../sandbox/vendors/kms.ts";
import { openingSecrets, rotate, type SecretsState, startSecrets } from "../../sandbox/vendors/secrets.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";
import { bridgeEnv, type Endpoints } from "../../sandbox/world/bridge-env.ts";
import { honestStream, ORIGIN } from "../../support/audit.ts";
import { LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { freshIncident, storeOf } from "../../support/ledgers.ts";
import { startLocalServer } from "../../support/local-server.ts";

const PREFIX = "ic/";
const CALLERS = "audit-signer-callers-secret-for-tests";
const KEY = kmsKey("0a1b2c3d-signer");

let store: LocalStore;
beforeAll(async () => {
  store = await startDynalite();
});
afterAll(() => store[Symbol.asyncDispose]());

let faults: FaultBoard;
let kms: Vendor<KmsState>;
let vault: Vendor<SecretsState>;
let directory: string;
let running: { stop(): Promise<void> | void }[];
beforeEach(async () => {
  running = [];
  faults = new FaultBoard();
  kms = await startKms({ faults, state: { keys: [{ ...KEY }], denied: [] } });
  vault = await startSecrets({
    faults,
    state: openingSecrets({ [`${PREFIX}audit-signer-callers`]: CALLERS }, Date.now()),
  });
  directory = await mkdtemp(join(tmpdir(), "signer-"));
});
afterEach(async () => {
  for (const one of running.reverse()) await one.stop();
  await Promise.all([kms.close(), vault.close()]);
  await rm(directory, { recursive: true });
});

const env = (more: Record<string, string> = {}) => ({
  PORT: "0",
  LOG_LEVEL: "info",
  AUDIT_SIGNER_URL: "http://127.0.0.1",
  AWS_REGION: "eu-north-1",
  DYNAMODB_ENDPOINT: store.url,
  SECRETS_ENDPOINT: vault.url,
  KMS_ENDPOINT: kms.url,
  LEDGER_TABLE,
  SECRETS_PREFIX: PREFIX,
  CHECKPOINT_DIR: join(directory, "log"),
  AUDIT_ORIGIN: ORIGIN,
  AUDIT_SIGNING_KEY: `kms:${KEY.arn}`,
  ...more,
});

/** A signer of its own on a free port. */
async function signerProcess(more: Record<string, string> = {}): Promise<string> {
  const signer = await startSigner({ config: readSignerConfig(env(more)), clock: systemClock, log: silentLogger });
  running.push(signer);
  return `http://127.0.0.1:${signer.port}`;
}

/** The bridge's side of it: what it may read of the key, and its secret. */
async function askFrom(url: string, secrets?: Pick<Secrets, "current">) {
  const access = { region: "eu-north-1", credentials: "local-dummy" } as const;
  const key = await openKmsKey({ ...access, arn: KEY.arn, name: ORIGIN, endpoint: kms.url });
  const client = createSecretsClient({ ...access, endpoint: vault.url });
  running.push({ stop: () => key.close() }, { stop: () => client.destroy() });
  const own = createSecrets({ client, prefix: PREFIX, cacheMs: 60_000, clock: systemClock, log: silentLogger });
  const http = createHttp({ clock: systemClock, timeoutMs: 5_000, log: silentLogger });
  return createRemoteSigner({ http, url, verifier: key.verifier, secrets: secrets ?? own, clock: systemClock });
}

/** Real entries in the real store. */
async function written(count: number, spoil = (body: string) => body): Promise<string> {
  const incident = freshIncident();
  for (const item of honestStream(incident, count, undefined, Date.now() - 60_000))
    await storeOf(store.client).put({ ...item, body: spoil(item.body) });
  return incident;
}

const log = () => createDirectoryLog(join(directory, "log"));
const check = async (signer: { verifierKey: string }) => {
  const found = await checkLog(log(), { keys: [] });
  expect(signer.verifierKey).toContain(ORIGIN);
  return found;
};

describe("a bridge that cannot sign", () => {
  test("has the head of an incident covered by asking for its place", async () => {
    const signer = await askFrom(await signerProcess());
    expect(await signer.newest()).toBeUndefined();
    expect(await signer.offerAgain()).toBe("nothing-yet");
    const incident = await written(3);
    const checkpoint = await signer.cover(incident, 2);
    expect(checkpoint).toMatchObject({ origin: ORIGIN, size: 2, at: expect.any(Number) });
    const { head, heads, findings } = await check(signer);
    expect(findings).toEqual([]);
    expect(head).toEqual(checkpoint);
    expect(heads.get(incident)).toMatchObject([{ seq: 3 }]);
    expect(await signer.newest()).toEqual(checkpoint);
    expect(await signer.offerAgain()).toBe("refused");
  });

  test("has all covered at once, and is told which do not hold", async () => {
    const signer = await askFrom(await signerProcess());
    const [good, bad] = [await written(2), await written(2, (body) => body.replace("reminder 2", "reminder 9"))];
    const { checkpoint, refused } = await signer.coverAll([good, bad, good]);
    expect(checkpoint.size).toBe(2);
    expect(refused).toEqual([expect.any(HeadRefusedError)]);
    expect(refused[0]).toMatchObject({ incident: bad, finding: { code: "hash-mismatch", seq: 2 } });
  });

  test("asks for more than fits into one call in several", async () => {
    const at = { origin: ORIGIN, root: "0".repeat(64), at: 1 };
    await using server = await startLocalServer((request, response, nth) => {
      const { incidents } = JSON.parse(request.body) as { incidents: string[] };
      const refused = incidents.slice(0, 1).map((incident) => ({ incident, code: "head-missing", seq: null }));
      response.end(JSON.stringify({ checkpoint: { ...at, size: nth }, refused }));
    });
    const signer = await askFrom(server.url);
    const { checkpoint, refused } = await signer.coverAll(Array.from({ length: 1_001 }, (_, n) => `INC-${n}`));
    expect(checkpoint.size).toBe(2);
    expect(refused.map(({ incident }) => incident)).toEqual(["INC-0", "INC-1000"]);
    expect(await signer.coverAll([])).toMatchObject({ checkpoint: { size: 3 } });
  });

  test("gets the signer's own words when the record or the log does not hold", async () => {
    const signer = await askFrom(await signerProcess());
    const incident = await written(2);
    await expect(signer.cover(incident, 3)).rejects.toMatchObject({
      name: "HeadRefusedError",
      incident,
      finding: { code: "head-missing", seq: 3 },
    });
    await signer.cover(incident, 2);
    await rm(join(directory, "log", leafKey(0)));
    const second = await askFrom(await signerProcess());
    await expect(second.cover(incident, 2)).rejects.toThrow(SignerStoppedError);
    await expect(second.newest()).rejects.toMatchObject({ code: "leaf-missing", place: 0 });
  });

  test("signs nothing by itself: without the signer nobody has the key sign", async () => {
    const url = await signerProcess();
    const signer = await askFrom(url);
    const incident = await written(1);
    await running[0]?.stop();
    await expect(signer.cover(incident, 1)).rejects.toThrow(SignerUnavailableError);
    expect(kms.requests.filter(({ path }) => path.endsWith("Sign"))).toEqual([]);
  });
});

test("a bridge that knows a signer leaves signing to it, and checks the log by itself", async () => {
  const nowhere = "http://127.0.0.1:9/";
  const vendors = [
    "bridge",
    "bedrock",
    "slackApi",
    "statuspage",
    "linear",
    "oncall",
    "mimir",
    "loki",
    "tempo",
    "github",
  ];
  const at = Object.fromEntries(vendors.map((name) => [name, nowhere])) as unknown as Endpoints;
  const url = await signerProcess();
  const config = readConfig({
    ...bridgeEnv({ ...at, store: store.url, secrets: vault.url }),
    ...env(),
    AUDIT_SIGNER_URL: url,
  });
  const platform = wirePlatform({ config, clock: systemClock, random: systemRandom, log: silentLogger });
  const rows = createIncidentRows({ index: platform.index });
  const leases = createLeases({ index: platform.index, clock: systemClock });
  const audit = await createAudit({ ...platform, rows, leases });
  running.push({ stop: () => audit.close() }, { stop: () => platform.dynamo.destroy() });
  const incident = await written(2);
  const signedBefore = kms.requests.length;
  await audit.checkpoints.cover(incident, { seq: 2 });
  expect(kms.requests.slice(signedBefore).map(({ path }) => path.split(" ").at(-1))).toEqual(["Sign"]);
  await audit.verification?.turn();
  expect(await audit.verification?.view()).toMatchObject({ C: { counts: { size: 2 } } });
  await running[0]?.stop();
  await expect(audit.checkpoints.cover(await written(1), { seq: 1 })).rejects.toThrow(SignerUnavailableError);
  expect(() => readConfig({ ...bridgeEnv(at), CHECKPOINT_DIR: directory, AUDIT_SIGNER_URL: url })).toThrow(
    /AUDIT_SIGNER_URL is set without AUDIT_SIGNING_KEY/,
  );
});

describe("the signer lets nobody in", () => {
  const post = async (
    url: string,
    body: string,
    over: { path?: string; secret?: string; at?: number; headers?: Record<string, string>; signedBody?: string } = {},
  ) => {
    const path = over.path ?? "/signer/cover";
    const timestamp = String(Math.floor((over.at ?? Date.now()) / 1_000));
    const parts = { method: "POST", path: "/signer/cover", timestamp, body: over.signedBody ?? body };
    const signature = await signRequest(parts, over.secret ?? CALLERS);
    const headers = { "x-ic-timestamp": timestamp, "x-ic-signature": signature, ...over.headers };
    const response = await fetch(`${url}${path}`, { method: "POST", headers, body });
    return { status: response.status, text: await response.text() };
  };
  const wish = JSON.stringify({ incident: "INC-1", seq: 1 });

  test("without a signature over method, path, time and body, made with the shared secret", async () => {
    const url = await signerProcess();
    const unsigned = await fetch(`${url}/signer/cover`, { method: "POST", body: wish });
    expect(unsigned.status).toBe(401);
    for (const over of [
      { secret: "another-secret-of-somebody-else-0001" },
      { at: Date.now() - 301_000 },
      { path: "/signer/cover-all" },
      { signedBody: wish.replace("1", "2") },
    ]) {
      expect(await post(url, wish, over)).toMatchObject({ status: 401 });
    }
    expect(await post(url, wish)).toMatchObject({ status: 409 });
    expect(kms.requests.filter(({ path }) => path.endsWith("Sign"))).toEqual([]);
  });

  test("over plain HTTP, unless it is on this machine", async () => {
    const url = await signerProcess({
      AUDIT_SIGNER_URL: "https://signer.kestrel.example.com",
      TRUSTED_PROXIES: "127.0.0.0/8",
    });
    expect(await post(url, wish)).toMatchObject({ status: 403 });
    expect(await post(url, wish, { headers: { "x-forwarded-proto": "https" } })).toMatchObject({ status: 409 });
  });

  test.each([
    ["a hash of the caller's", JSON.stringify({ incident: "INC-1", seq: 1, hash: "0".repeat(64) }), 400, /hash/],
    ["no incident's id", JSON.stringify({ incident: "INC 1", seq: 1 }), 400, /incident: is no incident id/],
    ["no place", JSON.stringify({ incident: "INC-1", seq: 0 }), 400, /seq/],
    ["no JSON", "cover INC-1", 400, /not JSON/],
    ["too much", JSON.stringify({ incident: "I".repeat(2_000), seq: 1 }), 413, /longer than 1024 bytes/],
  ])("with %s", async (_, body, status, said) => {
    const reply = await post(await signerProcess(), body);
    expect(reply.status).toBe(status);
    expect(reply.text).toMatch(said);
  });

  test("at any other address or by any other method", async () => {
    const url = await signerProcess();
    const status = async (path: string, method = "GET") => (await fetch(`${url}${path}`, { method })).status;
    expect(await status("/health")).toBe(200);
    expect(await status("/signer/cover")).toBe(405);
    expect(await status("/health", "POST")).toBe(405);
    expect(await status("/signer")).toBe(404);
  });

  test("but takes the secret from before a rotation until both ends have the new one", async () => {
    const url = await signerProcess();
    expect(await post(url, wish)).toMatchObject({ status: 409 });
    rotate(vault.state, `${PREFIX}audit-signer-callers`, "the-secret-after-the-rotation-0002", Date.now());
    expect(await post(url, wish, { secret: "the-secret-after-the-rotation-0002" })).toMatchObject({ status: 409 });
    expect(await post(url, wish)).toMatchObject({ status: 409 });
  });
});

describe("when something that the signer needs is away", () => {
  const outages: [string, () => Promise<void>, () => Promise<void>][] = [
    ["the key", async () => faults.add({ target: "kms", kind: "down", match: "Sign" }), async () => faults.clear()],
    [
      "the log",
      async () => writeFile(join(directory, "log"), "no directory"),
      async () => rm(join(directory, "log"), { recursive: true }),
    ],
  ];
  test.each(outages)(
    "%s: the caller is told, nothing is signed, and the next call is covered",
    async (_, away, back) => {
      const signer = await askFrom(await signerProcess());
      const incident = await written(2);
      await away();
      await expect(signer.cover(incident, 2)).rejects.toThrow(SignerUnavailableError);
      await expect(signer.coverAll([incident])).rejects.toThrow(SignerUnavailableError);
      await back();
      expect((await signer.cover(incident, 2)).size).toBe(2);
      expect(await check(signer)).toMatchObject({ findings: [], unsigned: 0 });
    },
  );

  test("the ledger", async () => {
    const own = await startDynalite();
    const signer = await askFrom(await signerProcess({ DYNAMODB_ENDPOINT: own.url }));
    await own.stop();
    await expect(signer.cover("INC-1", 1)).rejects.toThrow(SignerUnavailableError);
    expect(await log().list("log/")).toEqual([]);
    await own[Symbol.asyncDispose]();
  });

  test("the secret: the caller comes again", async () => {
    const secrets = { current: async () => "a-secret-that-the-signer-has-not-got" };
    const url = await signerProcess();
    await (await askFrom(url)).newest();
    const signer = await askFrom(url, secrets);
    faults.add({ target: "secrets", kind: "error", status: 500 });
    await expect(signer.newest()).rejects.toThrow(SignerUnavailableError);
    const late = await askFrom("http://127.0.0.1:9", { current: () => Promise.reject(new Error("no secret")) });
    await expect(late.newest()).rejects.toThrow(SignerUnavailableError);
  });

  test.each<[string, number, string]>([
    ["an answer of another form", 200, '{"checkpoint":{"size":"many"}}'],
    ["no JSON", 200, "<html>"],
    ["a conflict without a word", 409, "{}"],
    ["a conflict that is no JSON", 409, "conflict"],
    ["a failure", 500, "{}"],
  ])("or it answers with %s", async (_, status, body) => {
    await using server = await startLocalServer((__, response) => void response.writeHead(status).end(body));
    const signer = await askFrom(server.url);
    await expect(signer.cover("INC-1", 1)).rejects.toThrow(SignerUnavailableError);
  });
});

test("two signers that are asked at once leave one checkpoint a size, and one history", async () => {
  const signers = [await askFrom(await signerProcess()), await askFrom(await signerProcess())];
  const incidents = await Promise.all([1, 2, 3, 4, 5, 6].map((count) => written(count)));
  const sizes = await Promise.all(
    incidents.flatMap((incident, place) =>
      signers.map(async (signer) => (await signer.cover(incident, place + 1)).size),
    ),
  );
  expect(Math.max(...sizes)).toBeGreaterThanOrEqual(12);
  const found = await checkLog(log(), { keys: [] });
  expect(found).toMatchObject({ findings: [], unsigned: 0 });
  expect(incidents.map((incident) => found.heads.get(incident)?.at(-1)?.seq)).toEqual([1, 2, 3, 4, 5, 6]);
});

describe("the process", () => {
  const start = (given: Record<string, string>): ChildProcess => {
    const entry = fileURLToPath(new URL("../../../bridge/signer-main.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", entry], {
      env: { PATH: process.env.PATH ?? "", ...given },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push({ stop: () => void child.kill("SIGKILL") });
    return child;
  };

  test("starts, covers what it is asked for, and ends when it is told to", async () => {
    const child = start(env());
    if (!child.stdout) throw new Error("the child has no output");
    const lines = createInterface(child.stdout);
    const port = await new Promise<number>((resolve) => {
      lines.on("line", (line) => {
        const said = JSON.parse(line) as { event: string; port: number };
        if (said.event === "started") resolve(said.port);
      });
    });
    const signer = await askFrom(`http://127.0.0.1:${port}`);
    expect((await signer.cover(await written(1), 1)).size).toBe(2);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("does not start without a log, a key or an address, and says which", async () => {
    const refused = async (more: Record<string, string>) => {
      const signer = startSigner({ config: readSignerConfig(env(more)), clock: systemClock, log: silentLogger });
      return signer.then(
        () => "started",
        (error: unknown) => String(error),
      );
    };
    expect(await refused({ CHECKPOINT_DIR: "" })).toMatch(/CHECKPOINT_BUCKET is not set/);
    expect(await refused({ SECRETS_PREFIX: "elsewhere/" })).toMatch(/elsewhere\/audit-signer-callers does not exist/);
    expect(() => readSignerConfig(env({ AUDIT_SIGNER_URL: "" }))).toThrow(/AUDIT_SIGNER_URL is not set/);
    expect(() => readSignerConfig(env({ AUDIT_SIGNER_URL: "https://signer.kestrel.example.com" }))).toThrow(
      /TRUSTED_PROXIES is not set/,
    );
    expect(() => readSignerConfig(env({ CHECKPOINT_BUCKET: "a-bucket" }))).toThrow(/CHECKPOINT_BUCKET is set beside/);
  });
});
