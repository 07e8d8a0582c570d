import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAuditLog } from "../../../bridge/audit/open-audit-log.ts";
import { LogPlaceError, openLog } from "../../../bridge/audit/open-log.ts";
import { createDirectoryLog } from "../../../bridge/audit/proof/directory-log.ts";
import { type LogStore, leafKey, readLeaves } from "../../../bridge/audit/proof/log-store.ts";
import { parseSigningKey, SigningKeyError, signingKeyFromFile } from "../../../bridge/audit/signing-key.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { kmsKey, startKms } from "../../sandbox/vendors/kms.ts";
import { memoryLog } from "../../support/audit.ts";
import { configWith } from "../../support/bridge-config.ts";
import { startBucket } from "../../support/local-bucket.ts";

let directory: string;
let bucket: Awaited<ReturnType<typeof startBucket>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-log-"));
  bucket = await startBucket();
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await bucket.close();
});

const noSecrets = { current: () => Promise.reject(new Error("there is no secret")) };

const stores: [string, () => Promise<LogStore>][] = [
  ["a directory", async () => createDirectoryLog(join(directory, "plain"))],
  [
    "a bucket",
    async () => {
      const opened = await openAuditLog(
        configWith({
          CHECKPOINT_BUCKET: "audit-bucket",
          S3_ENDPOINT: bucket.url,
          AUDIT_KEY_FILE: join(directory, "bucket-key"),
        }),
        noSecrets,
      );
      if (!opened) throw new Error("no log was opened");
      return opened.log;
    },
  ],
  ["memory", async () => memoryLog()],
];

describe.each(stores)("a log in %s", (_, open) => {
  let log: LogStore;
  beforeAll(async () => {
    log = await open();
  });

  test("has nothing to begin with", async () => {
    expect(await log.list("log/leaf/")).toEqual([]);
    expect(await log.get(leafKey(0))).toBeUndefined();
  });

  test("keeps the first text of a place for ever", async () => {
    expect(await log.putOnce(leafKey(0), "first \u2014 \u00e9\n")).toBe("put");
    expect(await log.putOnce(leafKey(0), "second")).toBe("taken");
    expect(await log.get(leafKey(0))).toBe("first \u2014 \u00e9\n");
  });

  test("lists in order, from behind a place on", async () => {
    for (const n of [12, 3, 1, 2]) await log.putOnce(leafKey(n), String(n));
    await log.putOnce("log/leaf/readme", "not a leaf");
    const seen = async (from: number) => {
      const found: [number, string | undefined][] = [];
      for await (const { n, text } of readLeaves(log, from)) found.push([n, text]);
      return found;
    };
    expect(await seen(2)).toEqual([
      [2, "2"],
      [3, "3"],
      [12, "12"],
    ]);
    expect((await seen(0)).map(([n]) => n)).toEqual([0, 1, 2, 3, 12]);
  });
});

describe("a bucket", () => {
  const open = async () => {
    const given = {
      CHECKPOINT_BUCKET: "audit-bucket",
      S3_ENDPOINT: bucket.url,
      AUDIT_KEY_FILE: join(directory, "bucket-key"),
    };
    const opened = await openAuditLog(configWith(given), noSecrets);
    if (!opened) throw new Error("no log was opened");
    return opened;
  };

  test("is listed over many pages", async () => {
    const { log, close } = await open();
    bucket.state.listPage = 2;
    expect((await log.list("log/leaf/")).length).toBeGreaterThan(4);
    bucket.state.listPage = 1_000;
    close();
  });

  test("that is being written at this place counts as taken", async () => {
    const { log } = await open();
    bucket.state.conflict = true;
    expect(await log.putOnce(leafKey(99), "x")).toBe("taken");
    bucket.state.conflict = false;
  });

  test("that cannot be reached is an error", async () => {
    const given = { CHECKPOINT_BUCKET: "audit-bucket", S3_ENDPOINT: "http://127.0.0.1:1" };
    const opened = await openAuditLog(
      configWith({ ...given, AUDIT_KEY_FILE: join(directory, "bucket-key") }),
      noSecrets,
    );
    await expect(opened?.log.putOnce(leafKey(97), "x")).rejects.toThrow(/ECONNREFUSED/);
    opened?.close();
  });

  test("that refuses is an error, never a place that is free or taken", async () => {
    const { log } = await open();
    bucket.state.failing = true;
    await expect(log.putOnce(leafKey(98), "x")).rejects.toThrow();
    await expect(log.get(leafKey(98))).rejects.toThrow();
    bucket.state.failing = false;
  });
});

describe("the directory", () => {
  test("that cannot be made or read is an error", async () => {
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const log = createDirectoryLog(file);
    await expect(log.putOnce(leafKey(0), "x")).rejects.toThrow();
    await expect(log.get(leafKey(0))).rejects.toThrow();
    await expect(log.list("log/leaf/")).rejects.toThrow();
  });
});

describe("the signing key", () => {
  test("is made once, for its owner alone, and read by whoever comes later", async () => {
    const file = join(directory, "keys", "signer-key");
    const [one, two] = await Promise.all([signingKeyFromFile(file, "a-log"), signingKeyFromFile(file, "a-log")]);
    expect(one.verifier.text).toBe(two.verifier.text);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("is not made where there can be no such file", async () => {
    await expect(signingKeyFromFile(join(directory, "k".repeat(300)), "a-log")).rejects.toThrow(/ENAMETOOLONG/);
  });

  test("in another form is refused without being shown", async () => {
    const file = join(directory, "bad-key");
    const good = await signingKeyFromFile(join(directory, "good-key"), "a-log");
    const text = await readFile(join(directory, "good-key"), "utf8");
    await writeFile(file, "PRIVATE+KEY+hidden");
    await expect(signingKeyFromFile(file, "a-log")).rejects.toThrow(SigningKeyError);
    await expect(signingKeyFromFile(file, "a-log")).rejects.not.toThrow(/hidden/);
    expect(() => parseSigningKey(text.replace(good.verifier.id, "00000000"), "here")).toThrow(SigningKeyError);
    expect(() => parseSigningKey(`PRIVATE+KEY+a+00000000+${Buffer.alloc(33, 2).toString("base64")}`, "here")).toThrow(
      SigningKeyError,
    );
  });

  test("comes from the secret where no file is named", async () => {
    const text = await readFile(join(directory, "good-key"), "utf8");
    const opened = await openAuditLog(configWith({ CHECKPOINT_DIR: join(directory, "with-secret") }), {
      current: async (name) => (name === "audit-signer" ? text : Promise.reject(new Error(`no secret ${name}`))),
    });
    expect(opened?.key.verifier.name).toBe("a-log");
    opened?.close();
  });

  test("in KMS is the one that the configuration names, under the name of the log", async () => {
    const key = kmsKey("0a1b2c3d");
    const kms = await startKms({ faults: new FaultBoard(), state: { keys: [key], denied: [] } });
    const given = {
      CHECKPOINT_DIR: join(directory, "with-kms"),
      AUDIT_KEY_FILE: "",
      AUDIT_SIGNING_KEY: `kms:${key.arn}`,
      KMS_ENDPOINT: kms.url,
    };
    const opened = await openAuditLog(configWith(given), noSecrets);
    expect(opened?.key.verifier.name).toBe("incident-response/audit-log");
    opened?.close();
    kms.state.denied.push("GetPublicKey");
    await expect(openAuditLog(configWith(given), noSecrets)).rejects.toThrow(/AccessDeniedException/);
    await kms.close();
  });

  test.each([
    ["an alias", { AUDIT_SIGNING_KEY: "kms:arn:aws:kms:eu-north-1:000000000000:alias/signer" }, /not of an alias/],
    [
      "a key elsewhere",
      { AUDIT_SIGNING_KEY: "kms:arn:aws:kms:us-east-1:000000000000:key/0a1b" },
      /another region than AWS_REGION/,
    ],
    [
      "a second key",
      { AUDIT_SIGNING_KEY: "kms:arn:aws:kms:eu-north-1:000000000000:key/0a1b", AUDIT_KEY_FILE: "/a-key" },
      /beside AUDIT_KEY_FILE/,
    ],
  ])("that is %s is refused by name", (_, given, said) => {
    expect(() => configWith(given)).toThrow(said);
  });

  test("is not looked for where no log is configured", async () => {
    expect(await openAuditLog(configWith({}), noSecrets)).toBeUndefined();
  });

  test("a log in two places is refused by name", () => {
    expect(() => configWith({ CHECKPOINT_DIR: "/tmp/a", CHECKPOINT_BUCKET: "audit-bucket" })).toThrow(
      /CHECKPOINT_BUCKET/,
    );
  });

  test.each(["s3://", "s3://Audit_Bucket", "s3://audit-bucket/log"])(
    "%s, which names no bucket, is refused and not taken for a directory",
    (place) => {
      const access = { region: "eu-north-1", credentials: "local-dummy", requestTimeoutMs: 1_000 } as const;
      expect(() => openLog(place, access)).toThrow(LogPlaceError);
    },
  );
});
