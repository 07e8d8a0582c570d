import { beforeEach, describe, expect, test } from "vitest";
import { checkLog, type LogReport } from "../../../bridge/audit/proof/check-log.ts";
import { checkpointText } from "../../../bridge/audit/proof/checkpoint-note.ts";
import { checkpointKey, leafKey } from "../../../bridge/audit/proof/log-store.ts";
import { createMerkleTree, leafHash } from "../../../bridge/audit/proof/merkle.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import { signNote } from "../../../bridge/audit/sign-note.ts";
import { createWatchedLog, type WatchedLog } from "../../../bridge/audit/watch/watched-log.ts";
import { honestStream, testKey } from "../../support/audit.ts";
import { A, B, C, type HonestWorld, honestWorld, keyOf, lengthOf } from "./scene.ts";

const KEY = testKey();
let world: HonestWorld;
let remembered: { size: number; root: string } | undefined;
let watched: WatchedLog;
/** Keys of what was read, as it is read. */
let read: string[];

beforeEach(async () => {
  world = await honestWorld();
  remembered = undefined;
  read = [];
  watched = createWatchedLog({
    log: {
      ...world.log,
      get: (key) => {
        read.push(key);
        return world.log.get(key);
      },
    },
    key: KEY.verifier,
    remembered: async () => remembered,
  });
});

/** What can be told of a report, so that two can be compared. */
const toldBy = ({ tree, heads, ...report }: LogReport) => ({
  ...report,
  root: tree.root(report.head?.size ?? 0).toString("hex"),
  heads: [...heads],
});
const asNobodyElse = async () => toldBy(await checkLog(world.log, { keys: [KEY.verifier], remembered }));
const codes = ({ findings }: LogReport) => findings.map(({ code }) => code);

/** The incident goes on to this entry, and the log covers it. */
async function goOn(incident: keyof typeof lengthOf, seq: number): Promise<void> {
  for (const item of honestStream(incident, seq).slice(lengthOf[incident]))
    world.items.set(keyOf(incident, Number(item.sk.slice(2))), { ...item });
  world.clock.advance(60_000);
  await world.signer.coverAll([A, B, C]);
}
/** One more batch, as whoever writes to the log wants it. */
async function write(leaves: readonly string[], key = KEY): Promise<void> {
  const { log } = world;
  const texts = [...log.objects].filter(([name]) => name.startsWith("log/leaf/")).sort();
  const tree = createMerkleTree(texts.map(([, text]) => leafHash(text)));
  for (const leaf of leaves) {
    await log.putOnce(leafKey(tree.size), leaf);
    tree.append(leafHash(leaf));
  }
  const head = { origin: key.verifier.name, size: tree.size, root: tree.root() };
  await log.putOnce(checkpointKey(tree.size), await signNote(checkpointText(head), key));
}
const othersHaveSeen = (size: number) => {
  remembered = { size, root: "0".repeat(64) };
};
const tick = (from: number, to: number) => canonicalText({ kind: "tick", from, to });

describe("a log that is watched", () => {
  test("tells at every step what whoever reads all of it is told, and reads nothing twice but its newest checkpoint", async () => {
    expect(toldBy(await watched.read())).toEqual(await asNobodyElse());
    for (const [incident, seq] of [
      [B, 7],
      [C, 4],
      [C, 4],
      [B, 9],
      [C, 6],
    ] as const) {
      const size = (await watched.read()).tree.size;
      await goOn(incident, seq);
      const gained = [...world.log.objects.keys()].filter(
        (key) => Number(key.slice(-12)) > size || key === leafKey(size),
      );
      read.length = 0;
      expect(toldBy(await watched.read())).toEqual(await asNobodyElse());
      expect([...read].sort()).toEqual([checkpointKey(size), ...gained].sort());
    }
  });

  test("gains several checkpoints at once, each with what it covered first", async () => {
    await watched.read();
    await goOn(B, 7);
    await goOn(B, 8);
    const report = await watched.read();
    expect(toldBy(report)).toEqual(await asNobodyElse());
    expect(report.heads.get(B)?.map(({ seq, coveredBy }) => [seq, coveredBy])).toEqual([
      [2, 3],
      [4, 6],
      [7, 10],
      [8, 12],
    ]);
  });

  test("counts leaves that nobody has signed, and has them when they are signed", async () => {
    await watched.read();
    const leaf = canonicalText({ kind: "head", incident: C, epoch: 1, seq: 3, hash: "c".repeat(64) });
    await world.log.putOnce(leafKey(6), leaf);
    const waiting = await watched.read();
    expect([waiting.unsigned, waiting.tree.size, waiting.heads.has(C)]).toEqual([1, 6, false]);
    const { to } = waiting.checkpoints.at(-1)?.tick ?? { to: 0 };
    await write([tick(to, to)]);
    const signed = await watched.read();
    expect([signed.unsigned, signed.tree.size, signed.heads.get(C)?.length]).toEqual([0, 8, 1]);
  });

  test("is read whole as long as there was nothing that others could be built on", async () => {
    world.log.objects.clear();
    expect(await watched.read()).toMatchObject({ findings: [], checkpoints: [] });
    await world.log.putOnce(leafKey(0), tick(1, 2));
    expect(await watched.read()).toMatchObject({ findings: [], unsigned: 1 });
    await write([tick(2, 3)]);
    expect(await watched.read()).toMatchObject({ findings: [], unsigned: 0, head: { size: 2 } });
  });

  test.each<[string, () => unknown, string]>([
    ["the newest checkpoint is gone", () => world.log.objects.delete(checkpointKey(6)), "log-shrunk"],
    [
      "the newest checkpoint is another one",
      async () => {
        world.log.objects.delete(checkpointKey(6));
        await world.log.putOnce(checkpointKey(6), (await world.log.get(checkpointKey(3))) ?? "");
      },
      "checkpoint-malformed",
    ],
    ["others have seen a longer one", () => othersHaveSeen(9), "log-shrunk"],
    ["others have seen another one", () => othersHaveSeen(5), "root-changed"],
    [
      "a new leaf is missing",
      async () => {
        await goOn(B, 7);
        world.log.objects.delete(leafKey(7));
      },
      "leaf-missing",
    ],
    [
      "the last new leaf is missing",
      async () => {
        await goOn(B, 7);
        world.log.objects.delete(leafKey(9));
      },
      "leaf-missing",
    ],
    ["a new leaf is none", () => write(["nonsense", tick(1e12, 1e12)]), "leaf-malformed"],
    [
      "a new leaf was changed",
      async () => {
        await goOn(B, 7);
        world.log.objects.set(leafKey(7), canonicalText({ kind: "key", vkey: "x", fromSize: 1 }));
      },
      "root-mismatch",
    ],
    ["another key has signed", () => write([tick(1e13, 1e13)], testKey(8)), "signature-invalid"],
    ["a batch has no tick", () => write([canonicalText({ kind: "key", vkey: "x", fromSize: 1 })]), "tick-missing"],
    ["a tick ends before it begins", () => write([tick(2e12, 2e12 - 1)]), "tick-disorder"],
    ["a tick is before the last one", () => write([tick(1, 2)]), "tick-disorder"],
  ])("is read whole, and has it found, when %s", async (_, tamper, code) => {
    const before = await watched.read();
    remembered = { size: 6, root: before.tree.root(6).toString("hex") };
    await tamper();
    const report = await watched.read();
    expect(codes(report)).toContain(code);
    expect(codes(report)).toEqual((await asNobodyElse()).findings.map((finding) => finding.code));
    // And again, because nothing was built on it.
    expect(codes(await watched.read())).toEqual(codes(report));
  });

  test("has an old leaf that was changed or is gone found when it is read whole, and not before", async () => {
    await watched.read();
    world.log.objects.delete(leafKey(1));
    expect(codes(await watched.read())).toEqual([]);
    expect(codes(await watched.readWhole())).toContain("leaf-missing");
    expect(codes(await watched.read())).toContain("leaf-missing");
  });

  test("is not added to twice by looks that meet, and not believed half-way after one that failed", async () => {
    await watched.read();
    await goOn(B, 7);
    await Promise.all([watched.read(), watched.read(), watched.readWhole(), watched.read()]);
    expect(toldBy(await watched.read())).toEqual(await asNobodyElse());
    await goOn(B, 8);
    const { get } = world.log;
    world.log.get = () => Promise.reject(new Error("the log is away"));
    await expect(watched.read()).rejects.toThrow("the log is away");
    world.log.get = get;
    expect(toldBy(await watched.read())).toEqual(await asNobodyElse());
  });
});
