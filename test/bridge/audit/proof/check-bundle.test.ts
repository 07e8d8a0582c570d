import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BundleOptions, checkBundle } from "../../../../bridge/audit/proof/check-bundle.ts";
import { testKey } from "../../../support/audit.ts";
import { A, B, exported, honestWorld } from "../scene.ts";

let directory: string;
let bytes: Uint8Array;
let roots: Map<number, string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "check-bundle-"));
  const world = await honestWorld();
  bytes = new Uint8Array(await exported(world, A));
  roots = new Map([3, 6].map((size) => [size, rootIn(world.log.objects.get(`log/checkpoint/00000000000${size}`))]));
});
afterAll(() => rm(directory, { recursive: true }));

const rootIn = (note = "") => Buffer.from(note.split("\n")[2] ?? "", "base64").toString("hex");
const rootOf = (size: number): string => roots.get(size) ?? "";
type Files = Record<string, Uint8Array>;

async function checked(options: Partial<BundleOptions> = {}, change: (files: Files) => void = () => {}) {
  const files = unzipSync(bytes);
  change(files);
  const file = join(directory, "bundle.zip");
  await writeFile(file, zipSync(files));
  const report = await checkBundle(file, { keys: [testKey().verifier], witnesses: [], ...options });
  return { ...report, found: report.findings.map(({ seq, code, layer }) => [seq, code, layer]) };
}
const without = (files: Files, start: string) => {
  for (const name of Object.keys(files)) if (name.startsWith(start)) delete files[name];
};
const set = (files: Files, name: string, text: string) => {
  files[name] = Buffer.from(text);
};

describe("a witness line", () => {
  test("of any checkpoint in the bundle is compared with it", async () => {
    const witnesses = [3, 6].map((size) => ({ size, root16: rootOf(size).slice(0, 16) }));
    const { status, found, witnesses: told } = await checked({ witnesses });
    expect({ status, found }).toEqual({ status: "proved", found: [] });
    expect(told).toEqual(witnesses.map(({ size, root16 }) => ({ line: `${size}:${root16}`, result: "matches" })));
  });

  test("with another root than the bundle's is found at its size", async () => {
    const root16 = rootOf(3).slice(0, 16);
    const { found, witnesses } = await checked({ witnesses: [{ size: 6, root16 }] });
    expect(found).toEqual([[6, "witness-mismatch", "W"]]);
    expect(witnesses).toEqual([{ line: `6:${root16}`, result: "differs" }]);
  });

  test("of a longer log than the bundle's is found at its size", async () => {
    const { found, witnesses } = await checked({ witnesses: [{ size: 7, root16: "0".repeat(16) }] });
    expect(found).toEqual([[7, "log-shrunk", "W"]]);
    expect(witnesses).toMatchObject([{ result: "differs" }]);
  });

  test("of a checkpoint that no bundle of this incident needs is not compared, and that is said", async () => {
    const { status, found, witnesses, unproved } = await checked({ witnesses: [{ size: 5, root16: "0".repeat(16) }] });
    expect({ status, found }).toEqual({ status: "proved", found: [] });
    expect(witnesses).toMatchObject([{ result: "not-checkable" }]);
    expect(unproved).toContain("a witness line of a checkpoint that is not in this bundle");
  });
});

describe("the log that the auditor remembers", () => {
  const NOT_CONTINUED = "that the log continues the one you remember: that checkpoint is not in this bundle";

  test("is continued where the bundle has that checkpoint", async () => {
    const { status, unproved } = await checked({ remembered: { size: 3, root: rootOf(3) } });
    expect(status).toBe("proved");
    expect(unproved).not.toContain(NOT_CONTINUED);
  });

  test("is another one where that checkpoint has another root: found at its size", async () => {
    const { found } = await checked({ remembered: { size: 3, root: rootOf(6) } });
    expect(found).toEqual([[3, "root-changed", "W"]]);
  });

  test("was longer: found at the size that is remembered", async () => {
    const { found } = await checked({ remembered: { size: 7, root: rootOf(6) } });
    expect(found).toEqual([[7, "log-shrunk", "W"]]);
  });

  test("is not said to be continued where the bundle has not that checkpoint", async () => {
    const { status, unproved } = await checked({ remembered: { size: 5, root: rootOf(3) } });
    expect(status).toBe("proved");
    expect(unproved).toContain(NOT_CONTINUED);
  });
});

describe("a bundle whose checkpoints were taken out", () => {
  const bare = (files: Files) => {
    for (const start of ["checkpoints/", "proofs/", "leaves"]) without(files, start);
    for (const name of ["leaves.ndjson", "proofs/inclusion.ndjson", "proofs/consistency.ndjson"]) set(files, name, "");
  };

  test("tells of no log, and is not what its manifest says", async () => {
    const { status, log, found, unproved } = await checked({}, bare);
    expect({ status, log }).toEqual({ status: "findings", log: undefined });
    // Two checkpoints, three lists that are empty now, and the counts.
    expect(found).toEqual(Array(6).fill([null, "manifest-mismatch", "C"]));
    expect(unproved).toContainEqual(expect.stringMatching(/^entries 1-\d+ are later than the last checkpoint/));
  });

  test("is shorter than whatever anybody witnessed or remembers", async () => {
    const { found } = await checked(
      { witnesses: [{ size: 3, root16: rootOf(3).slice(0, 16) }], remembered: { size: 6, root: rootOf(6) } },
      bare,
    );
    expect(found.slice(-2)).toEqual([
      [3, "log-shrunk", "W"],
      [6, "log-shrunk", "W"],
    ]);
  });
});

describe("the keys in the bundle", () => {
  const withRing = (ring: unknown) =>
    checked({ keys: [] }, (files) => set(files, "keyring.json", JSON.stringify(ring)));

  test("count where the auditor gives none, and prove nothing", async () => {
    const { status, log, unproved, found } = await checked({ keys: [] });
    expect({ status, found }).toEqual({ status: "not-checkable", found: [] });
    expect(log).toMatchObject({ size: 6, signedBy: "a key in the bundle" });
    expect(unproved).toContain("who signed: give the log's key with --vkey, from a source other than this bundle");
  });

  test("do not count beside one that the auditor gives", async () => {
    const { found } = await checked({ keys: [testKey(8).verifier] });
    expect(found.slice(0, 2)).toEqual([
      [3, "signature-invalid", "K"],
      [6, "signature-invalid", "K"],
    ]);
  });

  test("are those that can be read: others are as if they were not there", async () => {
    const vkey = testKey().verifier.text;
    const { found } = await withRing([{ vkey: 7 }, {}, { vkey: "nonsense" }, { vkey }]);
    expect(found).toEqual([[null, "manifest-mismatch", "C"]]);
  });

  test("that did not sign are found to have not", async () => {
    const { found } = await withRing([{ vkey: testKey(8).verifier.text }]);
    expect(found.slice(0, 2)).toEqual([
      [3, "signature-invalid", "K"],
      [6, "signature-invalid", "K"],
    ]);
  });
});

test.each([
  [
    "a proof that is no hash",
    "proofs/inclusion.ndjson",
    '{"hashes":["zz"],"index":0,"size":6}',
    "a proof holds something that is no hash",
  ],
  [
    "a proof that is no text",
    "proofs/consistency.ndjson",
    '{"from":3,"hashes":[7],"to":6}',
    "a proof holds something that is no hash",
  ],
  ["a line longer than entries are", "entries.ndjson", "x".repeat(70_000), "an entry is longer than entries are"],
])("%s ends the check, and says why", async (_, name, text, why) => {
  const { status, obstacle } = await checked({}, (files) => set(files, name, text));
  expect(status).toBe("not-checkable");
  expect(obstacle).toBe(`${join(directory, "bundle.zip")} cannot be checked: ${why}`);
});

test("a head of another incident is no leaf of this bundle: found at its number", async () => {
  const { found } = await checked({}, (files) =>
    set(
      files,
      "leaves.ndjson",
      Buffer.from(files["leaves.ndjson"] ?? [])
        .toString("utf8")
        .replace(A, B),
    ),
  );
  expect(found[0]).toEqual([0, "leaf-malformed", "L"]);
});
