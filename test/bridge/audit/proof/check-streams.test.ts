import { describe, expect, test } from "vitest";
import { createStreamCheck, type ItemAsStored } from "../../../../bridge/audit/proof/check-entries.ts";
import { checkLog } from "../../../../bridge/audit/proof/check-log.ts";
import { allIncidents, checkIncident } from "../../../../bridge/audit/proof/check-streams.ts";
import { honestStream } from "../../../support/audit.ts";
import { A, B, honestWorld } from "../scene.ts";

const stored = honestStream(A, 5);
const at = (seq: number): ItemAsStored & { hash: string } => {
  const item = stored[seq - 1];
  if (!item) throw new Error(`there is no entry ${seq}`);
  return { ...item, others: [] };
};
const found = (items: readonly ItemAsStored[], options: Parameters<typeof createStreamCheck>[1] = {}) => {
  const check = createStreamCheck(A, options);
  for (const item of items) check.next(item);
  return check.end().findings.map(({ seq, code }) => [seq, code]);
};

describe("a walk", () => {
  test("that comes upon a place a second time stays where it was, and goes on from there", () => {
    expect(found([at(1), at(2), at(1), at(3)])).toEqual([
      [3, "seq-gap"],
      [1, "time-fell"],
      [1, "command-repeated"],
    ]);
  });

  test.each([
    "E#00000000000x",
    "E#0000000000 3",
    "E#00000000003",
    "E#0000000000003",
    "e#000000000003",
    "E-000000000003",
  ])("sees an item under %j, which is no place, behind where it is, and leaves it out", (sk) => {
    expect(found([at(1), at(2), { ...at(3), sk }, at(3)])).toEqual([[2, "key-mismatch"]]);
  });

  test.each(["0".repeat(63), "0".repeat(65), "A".repeat(64), ""])(
    "takes nothing for an entry that names %j as its predecessor",
    (prev) => {
      const { hash: _, ...second } = at(2);
      const body = second.body?.replace(/"prev":"[0-9a-f]+"/, `"prev":"${prev}"`);
      expect(found([at(1), { ...second, body }])).toEqual([[2, "not-an-entry"]]);
    },
  );

  test("that begins later asks for no head of the log that lies before", () => {
    const second = { epoch: 1, seq: 2, hash: at(2).hash, at: JSON.parse(at(2).body ?? "").at as string };
    const head = (seq: number, hash = at(seq).hash) => ({ kind: "head", incident: A, epoch: 1, seq, hash }) as const;
    expect(found([at(3), at(4)], { from: second, heads: [head(1), head(2), head(3)] })).toEqual([]);
    expect(found([at(3), at(4)], { from: second, heads: [head(3, at(4).hash), head(5)] })).toEqual([
      [3, "head-mismatch"],
      [5, "head-missing"],
    ]);
  });
});

describe("a stream", () => {
  const log = async () => {
    const world = await honestWorld();
    return { world, log: await checkLog(world.log, { keys: [] }) };
  };

  test("that breaks off while it is read is a finding, and what was not reached is not called missing", async () => {
    const { world, log: report } = await log();
    async function* breaking() {
      let left = 3;
      for await (const item of world.streams.items(A)) {
        if (left-- === 0) throw new Error("the store does not answer");
        yield item;
      }
    }
    const { stream, uncovered } = await checkIncident(A, breaking(), report);
    expect(stream).toMatchObject({ entries: 3, covered: { heads: 0 } });
    expect(stream.findings).toEqual([{ incident: A, epoch: null, seq: null, code: "check-failed", layer: "C" }]);
    expect(uncovered).toBe(3);
  });

  test("tells of each entry, in order", async () => {
    const { world } = await log();
    const told: [number, string][] = [];
    await checkIncident(B, world.streams.items(B), undefined, ({ seq }, hash) => told.push([seq, hash.slice(0, 8)]));
    const hashes = [...world.items.values()].filter(({ pk }) => pk === `INC#${B}`).map(({ hash }) => hash.slice(0, 8));
    expect(told).toEqual(hashes.map((hash, place) => [place + 1, hash]));
  });

  test("is looked at once, however often it is named, and also where only the log knows of it", async () => {
    const { world, log: report } = await log();
    const source = {
      items: world.streams.items,
      async *incidents() {
        yield* [B, "INC-NEW", B];
      },
    };
    const named = async (known: typeof report | undefined) => {
      const all: string[] = [];
      for await (const incident of allIncidents(source, known)) all.push(incident);
      return all;
    };
    expect(await named(report)).toEqual([B, "INC-NEW", A]);
    expect(await named(undefined)).toEqual([B, "INC-NEW"]);
  });
});
