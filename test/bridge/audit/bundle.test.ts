import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkBundle } from "../../../bridge/audit/proof/check-bundle.ts";
import { commitmentTo } from "../../../bridge/audit/proof/check-details.ts";
import type { AuditReport } from "../../../bridge/audit/proof/report.ts";
import { buildVerifier } from "../../../bridge/audit/verifier/build-verifier.ts";
import { testKey } from "../../support/audit.ts";
import { contentOf, DRAFT, hashOf, PEOPLE } from "../../support/incident-events.ts";
import { A, appendRaw, B, edit, exported, type HonestWorld, honestWorld, lengthOf } from "./scene.ts";

let directory: string;
let bundle: string;
let world: HonestWorld;
let verifier: string;
let sha256: string;
const VKEY = testKey().verifier.text;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-bundle-"));
  world = await honestWorld();
  bundle = join(directory, "incident.icaudit.zip");
  await writeFile(bundle, await exported(world, A));
  verifier = join(directory, "verify-audit.mjs");
  sha256 = await buildVerifier(verifier);
});
afterAll(() => rm(directory, { recursive: true }));

/** The verifier as an auditor has it: one file in a directory of its own, nothing installed, no environment. */
const run = (...args: string[]) =>
  new Promise<{ code: number; out: string; error: string }>((resolve) => {
    execFile(process.execPath, [verifier, ...args], { cwd: directory, env: {} }, (error, out, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, out, error: stderr }),
    );
  });

describe("an auditor with nothing but the bundle, one file and a key", () => {
  test("has a file that loads Node's own modules only, none of them for the network, and comes out the same again", async () => {
    const source = await readFile(verifier, "utf8");
    const loaded = [...source.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(loaded)].sort()).toEqual([
      "node:crypto",
      "node:fs/promises",
      "node:stream",
      "node:util",
      "node:zlib",
    ]);
    expect(createHash("sha256").update(source).digest("hex")).toBe(sha256);
    expect(await buildVerifier(join(directory, "again.mjs"))).toBe(sha256);
  });

  test("has the incident proved, and is told what was not", async () => {
    const { code, out } = await run(bundle, "--vkey", VKEY);
    expect(out).toMatch(/entries\s+\d+, epoch 1, seq 1-\d+\s+chain ok, canonical ok, commandIds unique/);
    expect(out).toMatch(/log\s+size 6, root [0-9a-f]{16}\s+2 checkpoints signed \(a key you gave\), 2 heads found/);
    expect(out).toMatch(/publish\s+1 writes on the page\s+1 approved, same hash, authority recorded/);
    expect(out).toMatch(/NOT PROVED entries \d+-\d+ are later than the last checkpoint/);
    expect(out.trimEnd().split("\n").at(-1)).toBe("PROVED");
    expect(code).toBe(0);
  });

  test("without a key proves nothing", async () => {
    const { code, out } = await run(bundle);
    expect(out).toMatch(/NOT PROVED who signed/);
    expect(code).toBe(2);
  });

  test("with another log's key finds that it did not sign", async () => {
    const { code, out } = await run(bundle, "--vkey", testKey(8).verifier.text, "--json");
    expect((JSON.parse(out) as AuditReport).findings.map(({ code: what }) => what)).toContain("signature-invalid");
    expect(code).toBe(1);
  });

  test("compares witness lines", async () => {
    const root16 = world.checkpoint.root.toString("hex").slice(0, 16);
    expect((await run(bundle, "--vkey", VKEY, "--witness", `6:${root16}`)).out).toMatch(/witness\s+6:\S+\s+matches/);
    expect(await run(bundle, "--vkey", VKEY, "--witness", "audit 6 0123456789abcdef")).toMatchObject({
      code: 1,
      out: expect.stringMatching(/DIFFERS/),
    });
    expect((await run(bundle, "--vkey", VKEY, "--witness", `9:${root16}`)).code).toBe(1);
    expect((await run(bundle, "--vkey", VKEY, "--witness", `5:${root16}`)).out).toMatch(/not in this bundle/);
  });

  test("has the log remembered, and notices when it is shorter or another one later", async () => {
    const memory = join(directory, "memory.json");
    expect((await run(bundle, "--vkey", VKEY, "--remember", memory)).code).toBe(0);
    const remembered = JSON.parse(await readFile(memory, "utf8")) as { size: number };
    expect(remembered.size).toBe(6);
    await writeFile(memory, JSON.stringify({ ...remembered, size: 7 }));
    expect((await run(bundle, "--vkey", VKEY, "--remember", memory)).out).toMatch(/log-shrunk/);
    await writeFile(memory, JSON.stringify({ size: 6, root: "00".repeat(32) }));
    expect((await run(bundle, "--vkey", VKEY, "--remember", memory)).out).toMatch(/root-changed/);
    await writeFile(memory, JSON.stringify({ size: 5, root: "00".repeat(32) }));
    expect((await run(bundle, "--vkey", VKEY, "--remember", memory)).out).toMatch(/NOT PROVED that the log continues/);
    await writeFile(memory, "{}");
    expect((await run(bundle, "--vkey", VKEY, "--remember", memory)).code).toBe(2);
  });

  test.each([
    [["--help"], 0],
    [[], 2],
    [["--live", "x.zip"], 2],
    [["--live"], 2],
    [["--build", "another.mjs"], 2],
    [["not-there.zip"], 2],
    [["x.zip", "--vkey", "nonsense"], 2],
    [["x.zip", "--witness", "nonsense"], 2],
    [["--live", "--nonsense"], 2],
  ])("typing %j ends with %i", async (args, code) => {
    expect((await run(...args)).code).toBe(code);
  });
});

describe("what the bundle holds", () => {
  test("is this incident and no other", () => {
    const files = unzipSync(new Uint8Array(awaitedBytes));
    const text = Object.values(files)
      .map((bytes) => Buffer.from(bytes).toString("utf8"))
      .join("\n");
    expect(text).toContain(A);
    expect(text).not.toContain(B);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(["manifest.json", "VERIFY.md", "keyring.json", "entries.ndjson"]),
    );
  });
  let awaitedBytes: Buffer;
  beforeAll(async () => {
    awaitedBytes = await readFile(bundle);
  });

  test("says what became public, in which words and on whose approval", () => {
    const page = JSON.parse(Buffer.from(unzipSync(new Uint8Array(awaitedBytes))["page.json"] ?? []).toString("utf8"));
    expect(page).toEqual([
      {
        how: "published",
        seq: expect.any(Number),
        at: expect.any(String),
        draftId: DRAFT,
        version: 1,
        contentHash: hashOf(),
        content: contentOf(),
        approvals: [
          expect.objectContaining({
            approvalId: "APR-1",
            by: PEOPLE.jordan,
            basis: "approver-group",
            seq: expect.any(Number),
          }),
        ],
        approved: true,
        attestedBy: null,
        link: "https://status.kestrel.example.com/i/h4z9w6tq1mxk",
      },
    ]);
  });

  test("is the same for the same record", async () => {
    expect(await exported(world, A)).toEqual(awaitedBytes);
  });
});

describe("a bundle that was changed", () => {
  const report = async (
    change: (files: Record<string, Uint8Array>) => void,
    keys = [testKey().verifier],
  ): Promise<AuditReport> => {
    const files = unzipSync(new Uint8Array(await readFile(bundle)));
    change(files);
    const file = join(directory, "changed.zip");
    await writeFile(file, zipSync(files));
    return checkBundle(file, { keys, witnesses: [] });
  };
  const codes = async (change: Parameters<typeof report>[0]) => (await report(change)).findings.map(({ code }) => code);
  const text = (files: Record<string, Uint8Array>, name: string) => Buffer.from(files[name] ?? []).toString("utf8");
  const set = (files: Record<string, Uint8Array>, name: string, content: string) => {
    files[name] = Buffer.from(content);
  };

  test("in nothing but its packing still proves", async () => {
    expect(await report(() => {})).toMatchObject({ status: "proved", findings: [] });
  });

  test("in an entry is found in the chain, in the log and in the manifest", async () => {
    const found = await codes((files) =>
      set(files, "entries.ndjson", text(files, "entries.ndjson").replace("We are investigating", "We are celebrating")),
    );
    expect(found).toEqual(expect.arrayContaining(["prev-mismatch", "content-mismatch", "manifest-mismatch"]));
  });

  test("in its last covered entries is found although nothing follows them", async () => {
    const found = await codes((files) =>
      set(files, "entries.ndjson", text(files, "entries.ndjson").split("\n").slice(0, -4).join("\n")),
    );
    expect(found).toContain("head-missing");
  });

  test("in a leaf, a proof or a checkpoint is found in the log", async () => {
    expect(
      await codes((files) => set(files, "leaves.ndjson", text(files, "leaves.ndjson").replace('"seq":5', '"seq":4'))),
    ).toContain("inclusion-unproved");
    expect(await codes((files) => set(files, "leaves.ndjson", text(files, "leaves.ndjson").replace(A, B)))).toContain(
      "leaf-malformed",
    );
    expect(await codes((files) => set(files, "proofs/inclusion.ndjson", ""))).toContain("inclusion-unproved");
    expect(await codes((files) => set(files, "proofs/consistency.ndjson", ""))).toContain("consistency-unproved");
    expect(
      await codes((files) =>
        set(files, "checkpoints/000000000003", text(files, "checkpoints/000000000003").replace("\n3\n", "\n4\n")),
      ),
    ).toContain("checkpoint-malformed");
  });

  test("by a file that its manifest does not name, or that is missing, is no proof", async () => {
    expect(await report((files) => set(files, "extra.txt", "hello"))).toMatchObject({ status: "not-checkable" });
    expect(await codes((files) => void delete files["VERIFY.md"])).toContain("manifest-mismatch");
    for (const name of ["entries.ndjson", "manifest.json", "leaves.ndjson"])
      expect(await report((files) => void delete files[name]), name).toMatchObject({ status: "not-checkable" });
  });

  test("in what it tells of the page, or of itself, is found", async () => {
    expect(
      await codes((files) => set(files, "page.json", text(files, "page.json").replace("We are", "We were"))),
    ).toContain("page-mismatch");
    expect(await codes((files) => set(files, "page.json", "nothing"))).toContain("page-mismatch");
    for (const change of [
      (manifest: string) => manifest.replace('"publications": 1', '"publications": 0'),
      (manifest: string) => manifest.replace('"from": 1', '"from": 2'),
    ]) {
      expect(await codes((files) => set(files, "manifest.json", change(text(files, "manifest.json"))))).toEqual([
        "manifest-mismatch",
      ]);
    }
  });

  test("into something that is no bundle is not checked", async () => {
    expect(await report((files) => set(files, "manifest.json", '{"v":2}'))).toMatchObject({ status: "not-checkable" });
    expect(await report((files) => set(files, "manifest.json", '{"v":1}'))).toMatchObject({ status: "not-checkable" });
    expect(
      await report((files) => set(files, "proofs/inclusion.ndjson", '{"index":0,"size":6,"hashes":["zz"]}\n')),
    ).toMatchObject({ status: "not-checkable" });
    expect(await report((files) => set(files, "entries.ndjson", "x".repeat(70_000)))).toMatchObject({
      status: "not-checkable",
    });
    expect(await report((files) => set(files, "VERIFY.md", "x".repeat(17 * 1_048_576)))).toMatchObject({
      status: "not-checkable",
    });
  });

  test("and has no key of its own is not proved", async () => {
    expect(await report((files) => set(files, "keyring.json", "[]"), [])).toMatchObject({ log: expect.anything() });
    expect(await report((files) => void delete files["keyring.json"], [])).toMatchObject({ status: "findings" });
  });
});

describe("an archive in a form that is not ours is refused", () => {
  const refused = async (bytes: Uint8Array) => {
    const file = join(directory, "odd.zip");
    await writeFile(file, bytes);
    return (await checkBundle(file, { keys: [], witnesses: [] })).obstacle;
  };
  const patched = async (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(
      zipSync({ "manifest.json": Buffer.from("{}"), "a.txt": Buffer.from("aaaa") }, { level: 0 }),
    );
    change(bytes);
    return refused(bytes);
  };
  const central = (bytes: Buffer) => bytes.indexOf(Buffer.from("PK\u0001\u0002"));

  test("too short, not zip, or with something around it", async () => {
    expect(await refused(Buffer.from("PK"))).toMatch(/no zip archive/);
    expect(await refused(Buffer.alloc(100))).toMatch(/no zip archive/);
    const whole = Buffer.from(zipSync({ "manifest.json": Buffer.from("{}") }));
    expect(await refused(Buffer.concat([whole, Buffer.from("x")]))).toMatch(/no zip archive/);
    expect(await refused(Buffer.concat([Buffer.from("x"), whole]))).toMatch(/something around it/);
  });

  test.each(["../a.txt", "/a.txt", "a/../b.txt", "a\\b.txt", "C:/a.txt", ".hidden", "a//b", ""])(
    "a file named %j",
    async (name) => {
      expect(await refused(zipSync({ [name]: Buffer.from("x") }))).toMatch(/lead elsewhere|cannot be (read|checked)/);
    },
  );

  test("a name twice, or another one inside than outside", async () => {
    expect(
      await refused(
        Buffer.from(
          Buffer.from(zipSync({ "aa.txt": Buffer.from("1"), "ab.txt": Buffer.from("2") }))
            .toString("latin1")
            .replaceAll("ab.txt", "aa.txt"),
          "latin1",
        ),
      ),
    ).toMatch(/twice/);
    expect(await patched((bytes) => bytes.write("x", 30))).toMatch(/something else inside/);
  });

  test("encrypted, of another method, or with a damaged directory", async () => {
    expect(await patched((bytes) => bytes.writeUInt16LE(1, central(bytes) + 8))).toMatch(/do not read/);
    expect(await patched((bytes) => bytes.writeUInt16LE(12, central(bytes) + 10))).toMatch(/do not read/);
    expect(await patched((bytes) => bytes.write("x", central(bytes)))).toMatch(/damaged/);
    expect(await patched((bytes) => bytes.writeUInt16LE(1, central(bytes) + 32))).toMatch(/damaged/);
    expect(await patched((bytes) => bytes.writeUInt32LE(10_000, central(bytes) + 42))).toMatch(/outside/);
    expect(await patched((bytes) => bytes.writeUInt16LE(60_000, 26))).toMatch(/ends too early/);
    // Bytes behind the last name that belong to no file: counted in the directory's length.
    const whole = Buffer.from(zipSync({ "manifest.json": Buffer.from("{}") }));
    const end = whole.length - 22;
    const padded = Buffer.concat([whole.subarray(0, end), Buffer.from("xx"), whole.subarray(end)]);
    padded.writeUInt32LE(whole.readUInt32LE(end + 12) + 2, end + 2 + 12);
    expect(await refused(padded)).toMatch(/directory is damaged/);
  });

  test("longer or shorter inside than it says", async () => {
    expect(await patched((bytes) => bytes.writeUInt32LE(1, central(bytes) + 24))).toMatch(/longer/);
    expect(await patched((bytes) => bytes.writeUInt32LE(3, central(bytes) + 24))).toMatch(/shorter/);
  });
});

describe("words that stand apart from their entries", () => {
  const details = { text: "Call me: +49 151 0000000" };
  const salt = Buffer.alloc(32, 7);
  const commit = commitmentTo(salt, details);
  const checked = async (words: unknown) => {
    const sealed = await honestWorld();
    appendRaw(sealed.items, B, { type: "NoteSealed", commit });
    const file = join(directory, "sealed.zip");
    const revealed = async function* () {
      yield { commit, salt: salt.toString("hex"), details: words };
      // Kept for an entry that then lost its race.
      yield { commit: "0".repeat(64), salt: salt.toString("hex"), details };
    };
    await writeFile(file, await exported(sealed, B, words === undefined ? undefined : revealed));
    return checkBundle(file, { keys: [testKey().verifier], witnesses: [] });
  };

  test("are proved where they are revealed as they were committed to", async () => {
    const { status, unproved } = await checked(details);
    expect(status).toBe("proved");
    expect(unproved.join()).not.toMatch(/details/);
  });

  test("are named as not proved where nobody reveals them", async () => {
    const { status, unproved } = await checked(undefined);
    expect(status).toBe("proved");
    expect(unproved).toContain("details of 1 event erased or not revealed: only their commitments were checked");
  });

  test("23 are found where they are other words than those committed to", async () => {
    const { findings } = await checked({ text: "Call nobody" });
    expect(findings).toEqual([
      { incident: B, epoch: 1, seq: lengthOf[B] + 1, code: "commitment-mismatch", layer: "C" },
    ]);
  });
});

test("a stream that does not verify is exported as it was found, and the bundle says so", async () => {
  const broken = await honestWorld();
  edit(broken.items, A, lengthOf[A], (body) => `${body} `, true);
  const file = join(directory, "broken.zip");
  await writeFile(file, await exported(broken, A));
  await copyFile(file, join(directory, "copy.zip"));
  const { findings } = await checkBundle(file, { keys: [testKey().verifier], witnesses: [] });
  expect(findings.map(({ code, seq }) => [code, seq])).toEqual([["not-canonical", lengthOf[A]]]);
});
