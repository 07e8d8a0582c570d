import { beforeEach, describe, expect, test } from "vitest";
import type { StreamHead } from "../../../bridge/audit/proof/check-entries.ts";
import { checkTail, walkIncident } from "../../../bridge/audit/watch/walk-incident.ts";
import { appendRaw, B, edit, type HonestWorld, honestWorld, keyOf, lengthOf, relink, unCheckable } from "./scene.ts";

let world: HonestWorld;
let mark: StreamHead;
beforeEach(async () => {
  world = await honestWorld();
  mark = markAt(4);
});

function markAt(seq: number): StreamHead {
  const { hash, body } = world.items.get(keyOf(B, seq)) ?? { hash: "", body: "{}" };
  return { epoch: 1, seq, hash, at: JSON.parse(body).at };
}
const tail = () => checkTail(B, world.streams, mark);
const found = async () => (await tail()).findings.map(({ code, seq }) => [code, seq]);

describe("what came behind the watermark", () => {
  test("is walked from the entry there to the head", async () => {
    expect(await tail()).toEqual({ head: markAt(6), entries: 3, findings: [] });
    expect(await found()).toEqual([]);
  });

  test("has its own faults found", async () => {
    edit(world.items, B, 6, (body) => body.replace("reminder 6", "reminder 9"));
    expect(await found()).toEqual([["hash-mismatch", 6]]);
  });

  test("is not looked at where the entry at the watermark is another one, made to fit or not", async () => {
    edit(world.items, B, 4, (body) => body.replace("reminder 4", "reminder 9"));
    expect(await found()).toEqual([["watermark-mismatch", 4]]);
    relink(world.items, B, 4);
    expect(await found()).toEqual([["watermark-mismatch", 4]]);
  });

  test("begins with an entry that has nothing beside it", async () => {
    const item = world.items.get(keyOf(B, 4));
    if (item) world.items.set(keyOf(B, 4), { ...item, expires: "1" });
    expect(await found()).toEqual([["watermark-mismatch", 4]]);
  });

  test("is not looked at where the entry at the watermark has lost its body", async () => {
    const { body: _, ...rest } = world.items.get(keyOf(B, 4)) ?? {};
    world.items.set(keyOf(B, 4), rest as never);
    expect(await found()).toEqual([["watermark-mismatch", 4]]);
  });

  test("is not taken for the watermark where that is gone, alone or with all that came after it", async () => {
    world.items.delete(keyOf(B, 4));
    expect(await found()).toEqual([["watermark-missing", 4]]);
    for (let seq = 5; seq <= lengthOf[B]; seq += 1) world.items.delete(keyOf(B, seq));
    expect(await found()).toEqual([["watermark-missing", 4]]);
  });
});

describe("a whole walk", () => {
  test.each([
    ["names nothing", { findings: "all of them" }],
    ["names what nobody could have found", { findings: [null, {}, { seq: "2", code: 7 }] }],
    ["is of an older form", {}],
  ])("settles nothing by an opening of an epoch that %s", async (_, fields) => {
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    appendRaw(world.items, B, { type: "EpochOpened", ...fields });
    const { findings, settled } = await walkIncident(B, world.streams, undefined);
    expect([findings.map(({ code, seq }) => [code, seq]), settled]).toEqual([[["hash-mismatch", 2]], []]);
  });

  test("settles what the opening of an epoch names by place and code, and nothing of later", async () => {
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    edit(world.items, B, 3, (body) => body.replace("reminder 3", "reminder 9"));
    appendRaw(world.items, B, { type: "EpochOpened", findings: [{ seq: 2, code: "hash-mismatch" }] });
    const { findings, settled } = await walkIncident(B, world.streams, undefined);
    expect(settled).toMatchObject([{ code: "hash-mismatch", seq: 2 }]);
    expect(findings).toMatchObject([{ code: "hash-mismatch", seq: 3 }]);
  });

  test("that meets an entry which cannot even be checked finds that, and is not settled by naming it", async () => {
    appendRaw(world.items, B, { type: "EpochOpened", findings: [{ seq: null, code: "check-failed" }] });
    unCheckable(world.items, B, 3);
    const { findings, settled } = await walkIncident(B, world.streams, undefined);
    expect([findings, settled]).toEqual([
      [{ incident: B, epoch: null, seq: null, code: "check-failed", layer: "C" }],
      [],
    ]);
  });
});
