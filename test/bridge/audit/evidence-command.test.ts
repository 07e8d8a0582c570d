import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EvidenceIndex } from "../../../bridge/audit/evidence/evidence-index.ts";
import { runEvidence } from "../../../bridge/audit/evidence/run-evidence.ts";
import { testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE } from "../../support/dynalite.ts";
import { BUCKET } from "../../support/local-bucket.ts";
import { screen } from "../../support/screen.ts";
import { B, keyOf } from "./scene.ts";
import { NOWHERE, putItems, type StoredWorld, storedWorld } from "./stored-scene.ts";

const DAY = ["--from", "2026-11-21", "--to", "2026-11-21"];
const VKEY = testKey().verifier.text;
let world: StoredWorld;
let out: string;
let made = 0;
beforeAll(async () => {
  world = await storedWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  made += 1;
  out = join(world.directory, `out-${made}`);
});

async function typed(args: string[], environment: Record<string, string>) {
  const said = screen();
  const code = await runEvidence(args, environment, { output: said, clock: world.clock });
  return { code, out: said.out(), err: said.err() };
}
const named = () => ({ LEDGER_TABLE, INDEX_TABLE, LEDGER_ENDPOINT: world.store.url });
const madeOf = async () => JSON.parse(await readFile(join(out, "index.json"), "utf8")) as EvidenceIndex;

describe("the command that gathers evidence", () => {
  test("gathers it from a store and says what is not known, and writes over nothing", async () => {
    const first = await typed([...DAY, "--out", out], named());
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/incidents\s+3[\s\S]*approvals\s+1[\s\S]*UNKNOWN Who signed the log/);
    expect(await typed([...DAY, "--out", out], named())).toMatchObject({
      code: 2,
      err: expect.stringMatching(/EEXIST/),
    });
  });

  test.each([
    ["a directory that is named", () => ["--log", world.logDirectory], () => ({})],
    ["the directory of the bridge", () => [], () => ({ CHECKPOINT_DIR: world.logDirectory })],
    ["the bridge's bucket", () => [], () => ({ CHECKPOINT_BUCKET: BUCKET, S3_ENDPOINT: world.bucket.url })],
    ["a bucket that is named", () => ["--log", `s3://${BUCKET}`], () => ({ S3_ENDPOINT: world.bucket.url })],
  ])("holds the records against the log in %s", async (_, args, more) => {
    const { code } = await typed([...DAY, "--out", out, "--vkey", VKEY, ...args()], {
      ...named(),
      AWS_REGION: "eu-north-1",
      ...more(),
    });
    expect(code).toBe(0);
    expect((await madeOf()).log).toMatchObject({ size: 6, root: world.checkpoint.root.toString("hex") });
    expect(await readFile(join(out, "INDEX.md"), "utf8")).not.toMatch(/Who signed the log/);
  });

  test("takes everything from a sandbox, and says whose word the key is", async () => {
    const { code, out: said } = await typed([...DAY, "--out", out], { SANDBOX_URL: world.sandbox.url });
    expect(code).toBe(0);
    expect(said).toMatch(/NOT PROVED that the log's key is the right one: the sandbox named it/);
    expect(await madeOf()).toMatchObject({ log: { size: 6 }, status: true });
    const own = await typed([...DAY, "--out", `${out}2`, "--vkey", VKEY], {
      SANDBOX_URL: world.sandbox.url,
    });
    expect(own.out).not.toMatch(/the sandbox named it/);
  });

  test("without the index table says that how things stood is not known", async () => {
    await typed([...DAY, "--out", out], { LEDGER_TABLE, LEDGER_ENDPOINT: world.store.url });
    expect((await madeOf()).status).toBe(false);
  });

  test("ends otherwise when something does not hold, and has written it all the same", async () => {
    const changed = world.items.get(keyOf(B, 3));
    if (!changed) throw new Error("there is no such entry");
    await putItems(world.store.client, [{ ...changed, hash: "0".repeat(64) }]);
    try {
      expect(await typed([...DAY, "--out", out], named())).toMatchObject({ code: 1 });
      expect((await madeOf()).findings.map(({ code }) => code)).toContain("hash-mismatch");
    } finally {
      await putItems(world.store.client, [changed]);
    }
  });

  test("writes nothing when the log cannot be read", async () => {
    world.bucket.state.failing = true;
    const { code, err } = await typed([...DAY, "--vkey", VKEY, "--log", `s3://${BUCKET}`], {
      ...named(),
      S3_ENDPOINT: world.bucket.url,
    });
    world.bucket.state.failing = false;
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/AccessDenied/) });
    await expect(stat("evidence-2026-11-21-2026-11-21")).rejects.toThrow(/ENOENT/);
  });

  test("tells how it is typed", async () => {
    expect(await typed(["--help"], {})).toMatchObject({ code: 0, out: expect.stringMatching(/--vkey/) });
  });

  test.each([
    [["--from", "yesterday"], /--from and --to are days/],
    [[...DAY, "--vkey", "nonsense"], /--vkey is no verifier key/],
    [[...DAY, "--nonsense"], /--nonsense/],
  ])("typed %j writes nothing and says why", async (args, why) => {
    expect(await typed(args, named())).toEqual({ code: 2, out: "", err: expect.stringMatching(why) });
  });

  test("needs to be told where the record is", async () => {
    expect(await typed(DAY, { SANDBOX_URL: NOWHERE })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no sandbox answers/),
    });
  });
});
