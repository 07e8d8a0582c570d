import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wordsOf } from "../../../bridge/audit/command-output.ts";
import { exportBundle } from "../../../bridge/audit/export-bundle.ts";
import type { AuditReport } from "../../../bridge/audit/proof/report.ts";
import { runVerifier } from "../../../bridge/audit/verifier/command-line.ts";
import { inRepository } from "../../../bridge/audit/verifier/in-repository.ts";
import { testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE } from "../../support/dynalite.ts";
import { BUCKET } from "../../support/local-bucket.ts";
import { screen } from "../../support/screen.ts";
import { A, lengthOf } from "./scene.ts";
import { NOWHERE, type StoredWorld, storedWorld } from "./stored-scene.ts";

let world: StoredWorld;
let bundle: string;
const VKEY = testKey().verifier.text;
const LENGTH = Object.values(lengthOf).reduce((sum, length) => sum + length);

beforeAll(async () => {
  world = await storedWorld();
  const pieces: Uint8Array[] = [];
  for await (const piece of exportBundle(A, { ...world, key: testKey().verifier })) pieces.push(piece);
  bundle = join(world.directory, "incident.icaudit.zip");
  await writeFile(bundle, Buffer.concat(pieces));
});
afterAll(() => world[Symbol.asyncDispose]());

/** As typed in the repository, with this environment. */
async function typed(args: string[], environment: Record<string, string> = { SANDBOX_URL: NOWHERE }) {
  const said = screen();
  const code = await runVerifier(args, said, inRepository(environment));
  return { code, out: said.out(), err: said.err() };
}
/** As typed to the one file. */
async function alone(...args: string[]) {
  const said = screen();
  const code = await runVerifier(args, said);
  return { code, out: said.out(), err: said.err() };
}

describe("the verifier on a bundle", () => {
  test("prints what is proved for people, and the same as JSON", async () => {
    const people = await alone(bundle, "--vkey", VKEY);
    expect(people).toMatchObject({ code: 0, err: "" });
    expect(people.out).toMatch(/chain ok, canonical ok[\s\S]*\nPROVED\n$/);
    const { status, entries } = JSON.parse((await alone(bundle, "--vkey", VKEY, "--json")).out) as AuditReport;
    expect({ status, count: entries.count }).toEqual({ status: "proved", count: lengthOf[A] });
  });

  test("remembers only what it has proved, and compares with it the next time", async () => {
    const memory = join(world.directory, "memory.json");
    expect((await alone(bundle, "--remember", memory)).code).toBe(2);
    await expect(stat(memory)).rejects.toThrow(/ENOENT/);
    expect((await alone(bundle, "--vkey", VKEY, "--remember", memory)).code).toBe(0);
    const root = world.checkpoint.root.toString("hex");
    expect(JSON.parse(await readFile(memory, "utf8"))).toEqual({ size: 6, root });
    expect((await alone(bundle, "--vkey", VKEY, "--remember", memory)).code).toBe(0);
    await writeFile(memory, JSON.stringify({ size: 9, root }));
    expect(await alone(bundle, "--vkey", VKEY, "--remember", memory)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/log-shrunk/),
    });
    expect(JSON.parse(await readFile(memory, "utf8"))).toEqual({ size: 9, root });
  });

  test.each([
    ["no JSON at all", "nothing"],
    ["no size", '{"root":"00"}'],
    ["half a size", '{"size":1.5,"root":"00"}'],
    ["no root", '{"size":6}'],
  ])("checks nothing with a memory that holds %s", async (_, text) => {
    const memory = join(world.directory, "bad-memory.json");
    await writeFile(memory, text);
    expect(await alone(bundle, "--vkey", VKEY, "--remember", memory)).toMatchObject({ code: 2, out: "" });
  });

  test("checks nothing with a memory that cannot be read", async () => {
    const folder = join(world.directory, "folder");
    await mkdir(folder, { recursive: true });
    expect(await alone(bundle, "--vkey", VKEY, "--remember", folder)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/NOT CHECKED EISDIR[\s\S]*NOT CHECKABLE\n$/),
    });
  });

  test("takes a witness line as it was posted and as it is abbreviated", async () => {
    const root16 = world.checkpoint.root.toString("hex").slice(0, 16);
    const { out } = await alone(bundle, "--vkey", VKEY, "--witness", `6:${root16}`, "--witness", `audit 6 ${root16}`);
    expect(out.match(/matches what you gave/g)).toHaveLength(2);
  });

  test.each([
    [["--live"], /checks bundles only/],
    [["--build", "other.mjs"], /checks bundles only/],
    [["x.zip", "--vkey", "nonsense"], /--vkey is no verifier key/],
    [["x.zip", "--witness", "nonsense"], /--witness is not/],
    [["x.zip", "--nonsense"], /--nonsense/],
    [["not-there.zip"], /ENOENT/],
    [[], /node verify-audit\.mjs <incident/],
    [["a.zip", "b.zip"], /node verify-audit\.mjs <incident/],
    [["a.zip", "--live"], /node verify-audit\.mjs <incident/],
  ])("typed %j proves nothing and says why", async (args, why) => {
    const { code, out, err } = await alone(...args);
    expect({ code, said: out + err }).toEqual({ code: 2, said: expect.stringMatching(why) });
  });

  test("tells each reader of the ways that they have", async () => {
    expect((await alone("--help")).out).not.toMatch(/--live/);
    expect(await typed(["--help"])).toMatchObject({ code: 0, out: expect.stringMatching(/--live[\s\S]*--build/) });
  });

  test("is built in the repository, and named with the digest of what was written", async () => {
    const file = join(world.directory, "new", "verify-audit.mjs");
    const { code, out } = await typed(["--build", file]);
    const sha256 = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    expect({ code, out }).toEqual({ code: 0, out: `${sha256}  ${file}\n` });
    expect((await stat(file)).mode & 0o111).toBe(0o111);
  });
});

describe("the verifier on a live ledger", () => {
  const live = async (args: string[], environment?: Record<string, string>) => {
    const { code, out } = await typed(["--live", "--json", ...args], environment);
    return { code, report: JSON.parse(out) as AuditReport };
  };

  test("asks no sandbox where table, log and key are named", async () => {
    const before = world.sandbox.seen.length;
    const { code, report } = await live(["--vkey", VKEY, "--log", world.logDirectory], {
      LEDGER_TABLE,
      LEDGER_ENDPOINT: world.store.url,
      SANDBOX_URL: world.sandbox.url,
    });
    expect({ code, count: report.entries.count }).toEqual({ code: 0, count: LENGTH });
    expect(report.log).toMatchObject({ size: 6, signedBy: "a key you gave" });
    expect(world.sandbox.seen).toHaveLength(before);
  });

  test("reads a log that lies in a bucket", async () => {
    const { code, report } = await live(["--vkey", VKEY, "--log", `s3://${BUCKET}`], {
      LEDGER_TABLE,
      LEDGER_ENDPOINT: world.store.url,
      S3_ENDPOINT: world.bucket.url,
      AWS_REGION: "eu-north-1",
    });
    expect({ code, size: report.log?.size }).toEqual({ code: 0, size: 6 });
  });

  test("takes everything from a sandbox, whose key it believes and says so", async () => {
    const { code, report } = await live([], { SANDBOX_URL: world.sandbox.url });
    expect({ code, signedBy: report.log?.signedBy }).toEqual({ code: 0, signedBy: "the sandbox's own key" });
    expect(report.unproved.join()).toMatch(/taken from the sandbox itself/);
  });

  test("proves nothing where the sandbox has no key of its own", async () => {
    world.said.verifierKey = null;
    try {
      expect((await live([], { SANDBOX_URL: world.sandbox.url })).code).toBe(2);
    } finally {
      world.said.verifierKey = VKEY;
    }
  });

  test("without a log finds no more than that the chain holds, and proves nothing", async () => {
    const { code, report } = await live(["--vkey", VKEY], {
      LEDGER_TABLE,
      LEDGER_ENDPOINT: world.store.url,
      SANDBOX_URL: NOWHERE,
    });
    expect({ code, findings: report.findings }).toEqual({ code: 2, findings: [] });
    expect(report.unproved.join()).toMatch(/no checkpoint was found/);
  });

  test.each([
    ["nobody answers where the sandbox should be", { SANDBOX_URL: NOWHERE }, /no sandbox answers at/],
    ["what is called a sandbox is no address", { SANDBOX_URL: "nonsense" }, /no sandbox answers at nonsense/],
    ["the store is away", { LEDGER_TABLE, LEDGER_ENDPOINT: NOWHERE, SANDBOX_URL: NOWHERE }, /ledger cannot be read/],
  ])("is not checkable when %s", async (_, environment: Record<string, string>, why) => {
    const { code, report } = await live([], environment);
    expect({ code, obstacle: report.obstacle }).toEqual({ code: 2, obstacle: expect.stringMatching(why) });
  });

  test("does not take something else that answers for a sandbox", async () => {
    const { report } = await live([], { SANDBOX_URL: `${world.store.url}/` });
    expect(report.obstacle).toMatch(/no sandbox answers/);
  });

  test("of an empty table says that nothing was checked, not that it is well", async () => {
    const { code, report } = await live(["--vkey", VKEY, "--log", join(world.directory, "none")], {
      LEDGER_TABLE: INDEX_TABLE,
      LEDGER_ENDPOINT: world.store.url,
    });
    expect({ code, obstacle: report.obstacle }).toEqual({ code: 2, obstacle: "the ledger holds nothing" });
  });
});

test("what went wrong is said in its own words, whatever was thrown", () => {
  expect([wordsOf(new TypeError("a wrong turn")), wordsOf("a bare word")]).toEqual(["a wrong turn", "a bare word"]);
});
