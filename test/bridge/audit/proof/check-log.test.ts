import { describe, expect, test } from "vitest";
import { checkLog } from "../../../../bridge/audit/proof/check-log.ts";
import { checkpointText } from "../../../../bridge/audit/proof/checkpoint-note.ts";
import { checkpointKey, leafKey } from "../../../../bridge/audit/proof/log-store.ts";
import { createMerkleTree, leafHash } from "../../../../bridge/audit/proof/merkle.ts";
import { canonicalText } from "../../../../bridge/audit/proof/strict-json.ts";
import { signNote } from "../../../../bridge/audit/sign-note.ts";
import { memoryLog, ORIGIN, testKey } from "../../../support/audit.ts";

const A = "INC-20261121-0914-AAAA";
const head = (seq: number, incident = A) => ({ kind: "head", incident, epoch: 1, seq, hash: "0f".repeat(32) });
const tick = (from: number, to = from + 5) => ({ kind: "tick", from, to });

/** A log of these batches with a signed checkpoint behind each: whatever a key's owner may write. */
async function logOf(...batches: object[][]) {
  const log = memoryLog();
  const tree = createMerkleTree();
  for (const batch of batches) {
    for (const leaf of batch) {
      const text = canonicalText(leaf);
      log.objects.set(leafKey(tree.size), text);
      tree.append(leafHash(text));
    }
    const text = checkpointText({ origin: ORIGIN, size: tree.size, root: tree.root() });
    log.objects.set(checkpointKey(tree.size), await signNote(text, testKey()));
  }
  const check = (options: Partial<Parameters<typeof checkLog>[1]> = {}) =>
    checkLog(log, { keys: [testKey().verifier], ...options });
  return { log, tree, check };
}
const inLog = (seq: number, code: string, layer = "L") => ({ incident: null, epoch: null, seq, code, layer });

describe("a log that holds", () => {
  test("says which checkpoint covers each head first, and what none covers yet", async () => {
    const { log, check } = await logOf([head(2), tick(10)], [head(1, "INC-B"), head(4), tick(20)]);
    log.objects.set(leafKey(5), canonicalText(head(7)));
    const { heads, unsigned, findings, head: newest } = await check();
    expect(findings).toEqual([]);
    expect(unsigned).toBe(1);
    expect(newest).toMatchObject({ size: 5, at: 25 });
    expect(heads.get(A)).toEqual([
      { ...head(2), index: 0, coveredBy: 2 },
      { ...head(4), index: 3, coveredBy: 5 },
    ]);
    expect(heads.get("INC-B")).toEqual([{ ...head(1, "INC-B"), index: 2, coveredBy: 5 }]);
  });

  test("agrees with who witnessed or remembers it", async () => {
    const { tree, check } = await logOf([head(2), tick(10)], [tick(20)]);
    const root = tree.root(2).toString("hex");
    const options = { remembered: { size: 2, root }, witnesses: [{ size: 2, root16: root.slice(0, 16) }] };
    expect((await check(options)).findings).toEqual([]);
  });

  test("that holds nothing is shorter than what anybody remembers", async () => {
    const { check } = await logOf();
    expect(await check()).toMatchObject({ findings: [], unsigned: 0, checkpoints: [] });
    const { findings } = await check({
      remembered: { size: 2, root: "0f".repeat(32) },
      witnesses: [{ size: 3, root16: "0f".repeat(8) }],
    });
    expect(findings).toEqual([inLog(2, "log-shrunk", "W"), inLog(3, "log-shrunk", "W")]);
  });
});

describe("the signer's clock", () => {
  test("that a checkpoint does not end with is found at its size, and then says no time", async () => {
    const { check } = await logOf([tick(10)], [head(2)]);
    const report = await check();
    expect(report.findings).toEqual([inLog(2, "tick-missing")]);
    expect(report.head).toMatchObject({ size: 2, at: 0 });
  });

  test("that ends before it begins, or before the one before began, is found at its size", async () => {
    expect((await (await logOf([tick(10)], [tick(20, 19)])).check()).findings).toEqual([inLog(2, "tick-disorder")]);
    expect((await (await logOf([tick(10)], [tick(2, 9)])).check()).findings).toEqual([inLog(2, "tick-disorder")]);
    // Signers whose clocks differ a little may overlap.
    expect((await (await logOf([tick(10, 15)], [tick(9, 12)])).check()).findings).toEqual([]);
  });
});

describe("what is gone, or is not what it should be, is found at its number", () => {
  test("a leaf", async () => {
    const { log, check } = await logOf([head(2), tick(10)], [head(4), tick(20)]);
    log.objects.delete(leafKey(2));
    expect((await check()).findings).toEqual([inLog(2, "leaf-missing"), inLog(2, "leaf-missing")]);
  });

  test("a leaf of no known form, under a signature that holds", async () => {
    const { check } = await logOf([{ kind: "tock" }, tick(10)]);
    expect((await check()).findings).toEqual([inLog(0, "leaf-malformed")]);
  });

  test("a checkpoint that was listed and cannot be read, one that is no note, and one of another size", async () => {
    const { log, check } = await logOf([tick(10)], [tick(20)], [tick(30)]);
    const get = log.get;
    log.get = async (key) => (key === checkpointKey(1) ? undefined : get(key));
    log.objects.set(checkpointKey(2), "no note\n");
    log.objects.set(checkpointKey(4), log.objects.get(checkpointKey(3)) ?? "");
    expect((await check()).findings).toEqual([1, 2, 4].map((size) => inLog(size, "checkpoint-malformed")));
  });

  test("a signature: of another key, none, or one that was made for another text", async () => {
    const { log, check } = await logOf([tick(10)], [tick(20)]);
    const [one, two] = [1, 2].map((size) => log.objects.get(checkpointKey(size)) ?? "");
    const other = [testKey(8).verifier];
    const [first, second] = [inLog(1, "signature-invalid", "K"), inLog(2, "signature-invalid", "K")];
    expect((await check({ keys: other })).findings).toEqual([first, second]);
    log.objects.set(checkpointKey(2), `${two?.split("\n\n")[0]}\n\n${one?.split("\n\n")[1]}`);
    expect((await check()).findings).toEqual([second]);
    // Where no key is given nothing is said of who signed, but a note it must be, of the log that it is held to be.
    expect((await check({ keys: [] })).findings).toEqual([]);
    expect((await check({ keys: [], origin: "example.com/other" })).findings).toEqual(
      [1, 2].map((size) => inLog(size, "origin-foreign")),
    );
  });
});
