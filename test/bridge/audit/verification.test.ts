import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkpointText } from "../../../bridge/audit/proof/checkpoint-note.ts";
import { checkpointKey, leafKey } from "../../../bridge/audit/proof/log-store.ts";
import { createMerkleTree, leafHash } from "../../../bridge/audit/proof/merkle.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import { signNote } from "../../../bridge/audit/sign-note.ts";
import { createVerification, type Verification } from "../../../bridge/audit/verification.ts";
import { type Broken, createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import { auditStatus } from "../../../bridge/audit/watch/audit-status.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { testKey } from "../../support/audit.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { A, appendRaw, B, C, edit, type HonestWorld, honestWorld, keyOf, lengthOf, relink } from "./scene.ts";

const MINUTE = 60_000;

let world: HonestWorld;
let store: LocalStore;
let metrics: ReturnType<typeof createMetrics>;
let tasks: ReturnType<typeof createTasks>;
let told: Broken[][];
/** How many streams were read, and from which place on. */
let reads: { incident: string; after: number }[];
let open: string[];
/** What is made of the rows of a stream that holds: whether it goes on. */
let restoreRows: (incident: string, alive: readonly string[]) => Promise<boolean>;
/** Done before each read of a stream. */
let whenRead: ((incident: string) => void | Promise<void>) | undefined;

beforeEach(async () => {
  world = await honestWorld();
  store = await startDynalite();
  metrics = createMetrics();
  tasks = createTasks({ log: silentLogger });
  told = [];
  reads = [];
  open = [A, B, C];
  whenRead = undefined;
  restoreRows = async () => false;
});
afterEach(() => store[Symbol.asyncDispose]());

/** A replica: its own memory, the shared stores. */
function replica(owner = "one", everyMs = MINUTE): Verification {
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  const { clock, log, streams } = world;
  return createVerification({
    log,
    streams: {
      incidents: () => streams.incidents(),
      async *items(incident, after = 0) {
        reads.push({ incident, after });
        await whenRead?.(incident);
        yield* streams.items(incident, after);
      },
    },
    key: testKey().verifier,
    records: createAuditRecords({ index }),
    leases: createLeases({ index, clock }),
    owner,
    listOpen: async () => open,
    onBroken: async (broken) => void told.push([...broken]),
    restoreRows: (incident, alive) => restoreRows(incident, alive),
    periods: { everyMs, openMs: MINUTE, closedMs: 12 * 60 * MINUTE },
    clock,
    metrics,
    tasks,
    logger: silentLogger,
  });
}
const series = async (name: string) => (await metrics.render()).split("\n").filter((line) => line.startsWith(name));
const statusOf = async (verification: Verification) =>
  auditStatus(await verification.view(), world.clock.now(), verification.periods);
const codes = (broken: readonly Broken[]) => broken.flatMap(({ findings }) => findings.map(({ code }) => code));
const aMinuteLater = async (verification: Verification) => {
  world.clock.advance(MINUTE);
  await verification.turn();
};

describe("verification", () => {
  test("knows nothing before its first turn, and then that an honest record holds", async () => {
    const verification = replica();
    expect(await statusOf(verification)).toBe("unknown");
    expect(await series("ic_audit_chain_ok")).toEqual([]);
    await verification.turn();
    expect(await statusOf(verification)).toBe("ok");
    const { B: walks, C: log } = await verification.view();
    expect(walks?.counts).toMatchObject({ incidents: 3, unprovedEntries: 7, writes: 1, approved: 1 });
    expect(log?.counts).toMatchObject({ size: 6, unsigned: 0 });
    expect(await series("ic_audit_chain_ok")).toEqual([
      'ic_audit_chain_ok{scope="entries"} 1',
      'ic_audit_chain_ok{scope="settled-epochs"} 1',
      'ic_audit_chain_ok{scope="log"} 1',
    ]);
    expect(await series("ic_audit_uncheckpointed_entries")).toEqual(["ic_audit_uncheckpointed_entries 7"]);
  });

  test("an entry changed in place is found within a minute, told, and shown as numbers until it is as it was", async () => {
    const verification = replica();
    await verification.turn();
    const honest = { ...world.items.get(keyOf(B, 2)) } as never;
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    await aMinuteLater(verification);
    expect(codes(told.at(-1) ?? [])).toEqual(["hash-mismatch", "head-mismatch"]);
    expect(verification.standing(B)).toMatchObject({ seq: 2, code: "hash-mismatch" });
    expect(verification.standing(A)).toBeUndefined();
    expect(await series('ic_audit_chain_ok{scope="entries"}')).toEqual(['ic_audit_chain_ok{scope="entries"} 0']);
    expect(await series("ic_audit_findings")).toContain('ic_audit_findings{code="hash-mismatch"} 1');
    world.items.set(keyOf(B, 2), honest);
    await aMinuteLater(verification);
    expect(await series("ic_audit_findings")).toContain('ic_audit_findings{code="hash-mismatch"} 0');
    expect(verification.standing(B)).toBeUndefined();
  });

  test("a tail that no checkpoint covers and that was made to fit again is found by its watermark", async () => {
    const verification = replica();
    await verification.turn();
    edit(world.items, C, 2, (body) => body.replace("reminder 2", "reminder 9"), true);
    relink(world.items, C, 3);
    await aMinuteLater(verification);
    expect(told.at(-1)).toMatchObject([
      { incident: C, findings: [{ code: "watermark-mismatch", layer: "S", seq: 3 }] },
    ]);
  });

  test("a last entry that is gone is missed by its watermark", async () => {
    const verification = replica();
    await verification.turn();
    world.items.delete(keyOf(C, lengthOf[C]));
    await aMinuteLater(verification);
    expect(told.at(-1)).toMatchObject([{ incident: C, findings: [{ code: "watermark-missing", seq: 3 }] }]);
  });

  test("a restart forgets neither the watermark nor the size of the log", async () => {
    await replica("before").turn();
    world.items.delete(keyOf(C, lengthOf[C]));
    for (const key of world.log.objects.keys()) if (key.endsWith("6")) world.log.objects.delete(key);
    const after = replica("after");
    await aMinuteLater(after);
    expect(codes(told.at(-1) ?? [])).toEqual(expect.arrayContaining(["watermark-missing", "log-shrunk"]));
  });

  test("two replicas look once between them, and both know what was found", async () => {
    const [one, two] = [replica("one"), replica("two")];
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    await one.turn();
    const before = reads.length;
    await two.turn();
    expect(reads.length).toBe(before);
    expect(two.standing(B)).toMatchObject({ code: "hash-mismatch" });
    world.clock.advance(MINUTE);
    await Promise.all([one.turn(), two.turn()]);
    expect(reads.filter(({ incident, after }) => incident === A && after === 0)).toHaveLength(2);
  });

  test("a stream that is over is walked whole in half a day, and only its open ones every minute", async () => {
    open = [B];
    const verification = replica();
    await verification.turn();
    reads.length = 0;
    await aMinuteLater(verification);
    expect(reads.filter(({ after }) => after === 0).map(({ incident }) => incident)).toEqual([B]);
    edit(world.items, A, 2, (body) => body.replace("command-2", "command-x"));
    await aMinuteLater(verification);
    expect(told.at(-1)).toEqual([]);
    for (let hour = 0; hour < 13; hour += 1) {
      world.clock.advance(59 * MINUTE);
      await aMinuteLater(verification);
    }
    expect(told.at(-1)).toMatchObject([{ incident: A }]);
  });

  test("a stream that nobody knows of is found by the scan", async () => {
    open = [];
    const verification = replica();
    await verification.turn();
    expect((await verification.view()).B?.counts.incidents).toBe(3);
  });

  test("a log or a store that does not answer is no finding: what is known grows old and says so", async () => {
    const verification = replica();
    await verification.turn();
    const { list } = world.log;
    const { items } = world.streams;
    world.log.list = () => Promise.reject(new Error("the log is away"));
    world.streams.items = () => {
      throw new Error("the store is away");
    };
    for (let minute = 0; minute < 4; minute += 1) await aMinuteLater(verification);
    expect(await statusOf(verification)).toBe("stale");
    expect(told.at(-1)).toEqual([]);
    world.log.list = list;
    world.streams.items = items;
    await aMinuteLater(verification);
    expect(await statusOf(verification)).toBe("ok");
  });

  test("a look made now sees what the passes have not seen yet, and writes it down for them", async () => {
    const verification = replica();
    await verification.turn();
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    const signal = new AbortController().signal;
    expect(await verification.look(signal, A)).toMatchObject({ findings: [], checked: { incidents: 1 } });
    const looked = await verification.look(signal);
    expect(looked.findings.map(({ code }) => code)).toEqual(["hash-mismatch", "head-mismatch"]);
    expect(looked).toMatchObject({ checked: { incidents: 3 }, log: { size: 6 }, unproved: { entries: 7 } });
    expect(await verification.records.brokenOf(B)).toMatchObject({ total: 2 });
  });

  test("a look at one stream knows it by the log or by the ledger, and counts what is proved as proved", async () => {
    await world.signer.coverAll([A, B]);
    const verification = replica();
    const signal = new AbortController().signal;
    expect(await verification.look(signal, C)).toMatchObject({ checked: { incidents: 1 }, unproved: { incidents: 1 } });
    expect(await verification.look(signal, A)).toMatchObject({
      checked: { incidents: 1 },
      unproved: { entries: 0, incidents: 0 },
    });
    for (let seq = 1; seq <= lengthOf[B]; seq += 1) world.items.delete(keyOf(B, seq));
    expect((await verification.look(signal, B)).findings.map(({ code }) => code)).toContain("head-missing");
    const late = AbortSignal.abort(new Error("the time is over"));
    await expect(verification.look(late)).rejects.toThrow("the time is over");
  });

  test("of a stream that nobody ever heard of nothing is known", async () => {
    const looked = await replica().look(new AbortController().signal, "INC-20261121-0914-ZZZZ");
    expect(looked.checked).toEqual({ incidents: 0, entries: 0 });
  });

  test("an old leaf that was changed is found in half a day, by one replica for all, until it is as it was", async () => {
    const [one, two] = [replica("one"), replica("two")];
    await one.turn();
    await aMinuteLater(two);
    const honest = world.log.objects.get(leafKey(0)) ?? "";
    world.log.objects.set(leafKey(0), honest.replace('"seq":5', '"seq":4'));
    await aMinuteLater(one);
    expect(told.at(-1)).toEqual([]);
    for (let half = 0; half < 25; half += 1) {
      world.clock.advance(29 * MINUTE);
      await aMinuteLater(one);
    }
    expect(codes(told.at(-1) ?? [])).toEqual(["root-mismatch", "root-mismatch", "log-shrunk"]);
    // The other one has seen the log when it was whole; that is no reason to take the finding back.
    await aMinuteLater(two);
    expect(codes(told.at(-1) ?? [])).toEqual(["root-mismatch", "root-mismatch", "log-shrunk"]);
    expect(await two.view()).toMatchObject({ C: { counts: { findings: 3, size: 0 } } });
    world.log.objects.set(leafKey(0), honest);
    await aMinuteLater(two);
    expect(told.at(-1)).toEqual([]);
  });

  test.each([
    ["is no entry any more", () => world.items.set(keyOf(B, 6), { pk: `INC#${B}`, sk: "E#000000000006" } as never)],
    ["is gone", () => world.items.delete(keyOf(B, 6))],
  ])("a new head in the log whose entry %s is looked at once, open or not", async (_, tamper) => {
    open = [];
    const verification = replica();
    await verification.turn();
    await world.signer.coverAll([B]);
    tamper();
    await aMinuteLater(verification);
    expect(told.at(-1)).toMatchObject([{ incident: B }]);
  });

  test("heads that a checkpoint signs later than they were written are looked up then", async () => {
    open = [];
    const verification = replica();
    await verification.turn();
    const leaf = canonicalText({ kind: "head", incident: B, epoch: 1, seq: 6, hash: "0".repeat(64) });
    await world.log.putOnce(leafKey(6), leaf);
    await aMinuteLater(verification);
    expect(told.at(-1)).toEqual([]);
    const last = canonicalText({ kind: "tick", from: world.clock.now(), to: world.clock.now() });
    await world.log.putOnce(leafKey(7), last);
    const tree = createMerkleTree(
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => leafHash(world.log.objects.get(leafKey(n)) ?? "")),
    );
    const note = checkpointText({ origin: testKey().verifier.name, size: 8, root: tree.root() });
    await world.log.putOnce(checkpointKey(8), await signNote(note, testKey()));
    await aMinuteLater(verification);
    expect(codes(told.at(-1) ?? [])).toEqual(["head-mismatch"]);
  });

  test("a log without any checkpoint is told as one of size nought", async () => {
    world.log.objects.clear();
    const verification = replica();
    await verification.turn();
    expect((await verification.view()).C).toMatchObject({ counts: { size: 0, leaves: 0 }, root: undefined });
    expect(await series("ic_audit_log_size")).toEqual(["ic_audit_log_size 0"]);
    expect(await verification.look(new AbortController().signal)).toMatchObject({ log: undefined });
  });

  test("whole walks take half of a turn, and the next turn goes on with the rest", async () => {
    const verification = replica();
    whenRead = () => world.clock.advance(MINUTE / 3);
    await verification.turn();
    whenRead = undefined;
    const walked = async () => (await verification.records.marks()).filter(({ walkedAt }) => walkedAt !== undefined);
    // The scan has walked all three; of those that are open two fit into half a minute.
    reads.length = 0;
    whenRead = () => world.clock.advance(MINUTE / 3);
    await aMinuteLater(verification);
    const first = reads.filter(({ after }) => after === 0).map(({ incident }) => incident);
    expect(first).toHaveLength(2);
    reads.length = 0;
    await aMinuteLater(verification);
    const [next] = reads.filter(({ after }) => after === 0);
    expect(first).not.toContain(next?.incident);
    expect(await walked()).toHaveLength(3);
  });

  test("a stream whose walk never came to its end makes no promise of how old the oldest walk is", async () => {
    open = [];
    const verification = replica();
    await verification.turn();
    expect((await verification.view()).B?.counts).toHaveProperty("oldestWalkAt");
    const ids = ["INC-20261121-0914-DDDD", "INC-20261121-0914-EEEE"] as const;
    for (const id of ids) await verification.records.advance(id, { epoch: 1, seq: 1, hash: "0".repeat(64), at: "" });
    const { items } = world.streams;
    whenRead = () => world.clock.advance(MINUTE);
    world.streams.items = () => {
      throw new Error("the store is away");
    };
    await aMinuteLater(verification);
    world.streams.items = items;
    expect(await verification.records.mark(ids[1])).toMatchObject({ walkedAt: undefined, entries: 0 });
    await aMinuteLater(verification);
    expect((await verification.view()).B?.counts).not.toHaveProperty("oldestWalkAt");
  });

  test("a stream that goes on without a row is walked every minute until it is over, or while nobody can say", async () => {
    open = [];
    const asked: string[] = [];
    restoreRows = async (incident) => {
      asked.push(incident);
      if (incident === C) throw new Error("the index is away");
      return incident === B;
    };
    const verification = replica();
    await verification.turn();
    asked.length = 0;
    await aMinuteLater(verification);
    expect(asked).toEqual([B, C]);
    expect(await verification.records.mark(B)).toMatchObject({ open: true });
    restoreRows = async () => false;
    await aMinuteLater(verification);
    expect(await verification.records.mark(B)).toMatchObject({ open: false });
    reads.length = 0;
    await aMinuteLater(verification);
    expect(reads.filter(({ after }) => after === 0)).toEqual([]);
  });

  test("a stream that is remembered nowhere but in the log is walked within a minute", async () => {
    open = [];
    const verification = replica();
    await verification.turn();
    const Key = { pk: { S: `AUDIT#STREAM#${B}` }, sk: { S: "M" } };
    await store.client.send(new DeleteItemCommand({ TableName: INDEX_TABLE, Key }));
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    await aMinuteLater(verification);
    expect(told.at(-1)).toMatchObject([{ incident: B }]);
  });

  test("says how many incidents are proved only by their chain", async () => {
    await world.signer.coverAll([A, B]);
    const verification = replica();
    await verification.turn();
    expect((await verification.view()).B?.counts).toMatchObject({ unprovedEntries: 3, unprovedIncidents: 1 });
  });

  test("shows nothing of a log that it could not read, and an epoch that was ended apart from what is open", async () => {
    const verification = replica();
    const { list } = world.log;
    world.log.list = () => Promise.reject(new Error("the log is away"));
    await verification.turn();
    expect(await series("ic_audit_log_size")).toEqual([]);
    world.log.list = list;
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    const named = [
      { seq: 2, code: "hash-mismatch" },
      { seq: 2, code: "head-mismatch" },
    ];
    appendRaw(world.items, B, { type: "EpochOpened", findings: named });
    await aMinuteLater(verification);
    expect(await series("ic_audit_chain_ok")).toEqual([
      'ic_audit_chain_ok{scope="entries"} 1',
      'ic_audit_chain_ok{scope="settled-epochs"} 0',
      'ic_audit_chain_ok{scope="log"} 1',
    ]);
    expect(told.at(-1)).toEqual([]);
  });

  test("goes on by itself from its start to its stop", async () => {
    const verification = replica("one", 20);
    verification.start();
    await expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(2);
    verification.stop();
    expect(await tasks.drain(5_000)).toEqual([]);
  });

  test("stopped in the middle of a turn begins no other pass, and no other turn", async () => {
    const verification = replica("one", 20);
    whenRead = () => verification.stop();
    verification.start();
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(1);
    expect(await tasks.drain(5_000)).toEqual([]);
    const { A: tails, B: walks, C: log, scan } = await verification.view();
    expect([log !== undefined, scan, tails, walks]).toEqual([true, undefined, undefined, undefined]);
    expect(told).toHaveLength(1);
  });
});
