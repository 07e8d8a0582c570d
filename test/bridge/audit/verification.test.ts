import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
import { A, B, C, edit, type HonestWorld, honestWorld, keyOf, lengthOf, relink } from "./scene.ts";

const MINUTE = 60_000;

let world: HonestWorld;
let store: LocalStore;
let metrics: ReturnType<typeof createMetrics>;
let tasks: ReturnType<typeof createTasks>;
let told: Broken[][];
/** How many streams were read, and from which place on. */
let reads: { incident: string; after: number }[];
let open: string[];

beforeEach(async () => {
  world = await honestWorld();
  store = await startDynalite();
  metrics = createMetrics();
  tasks = createTasks({ log: silentLogger });
  told = [];
  reads = [];
  open = [A, B, C];
});
afterEach(() => store[Symbol.asyncDispose]());

/** A replica: its own memory, the shared stores. */
function replica(owner = "one"): Verification {
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  const { clock, log, streams } = world;
  return createVerification({
    log,
    streams: {
      incidents: () => streams.incidents(),
      items(incident, after = 0) {
        reads.push({ incident, after });
        return streams.items(incident, after);
      },
    },
    key: testKey().verifier,
    records: createAuditRecords({ index }),
    leases: createLeases({ index, clock }),
    owner,
    listOpen: async () => open,
    onBroken: async (broken) => void told.push([...broken]),
    restoreRows: async () => false,
    periods: { everyMs: MINUTE, openMs: MINUTE, closedMs: 12 * 60 * MINUTE },
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

  test("of a stream that nobody ever heard of nothing is known", async () => {
    const looked = await replica().look(new AbortController().signal, "INC-20261121-0914-ZZZZ");
    expect(looked.checked).toEqual({ incidents: 0, entries: 0 });
  });

  test("goes on by itself from its start to its stop", async () => {
    const verification = replica();
    verification.start();
    await expect.poll(async () => (await verification.view()).B, { timeout: 5_000 }).toBeDefined();
    verification.stop();
    expect(await tasks.drain(5_000)).toEqual([]);
  });
});
