import { beforeEach, describe, expect, test } from "vitest";
import { createVerification, type Verification } from "../../../bridge/audit/verification.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { testKey } from "../../support/audit.ts";
import { B, edit, type HonestWorld, honestWorld, keyOf } from "./scene.ts";

let world: HonestWorld;
let metrics: ReturnType<typeof createMetrics>;
let tasks: ReturnType<typeof createTasks>;
let verification: Verification;
beforeEach(async () => {
  world = await honestWorld();
  metrics = createMetrics();
  tasks = createTasks({ log: silentLogger });
  verification = createVerification({
    ...world,
    key: testKey().verifier,
    everyMs: 5,
    metrics,
    tasks,
    logger: silentLogger,
  });
});
const series = async (name: string) => (await metrics.render()).split("\n").filter((line) => line.startsWith(name));

describe("the look at ledger and log", () => {
  test("says nothing before it was made", async () => {
    expect(verification.last()).toBeUndefined();
    expect(await series("ic_audit_chain_ok")).toEqual([]);
  });

  test("finds nothing in an honest world and counts what no checkpoint covers", async () => {
    const verified = await verification.look();
    expect(verified).toMatchObject({
      findings: [],
      checked: { incidents: 3 },
      log: { size: 6 },
      unproved: { entries: 7 },
    });
    expect(verification.last()).toEqual(verified);
    expect(await series("ic_audit_chain_ok")).toEqual(['ic_audit_chain_ok{scope="all"} 1']);
    expect(await series("ic_audit_uncheckpointed_entries")).toEqual(["ic_audit_uncheckpointed_entries 7"]);
  });

  test("shows what it finds as numbers, and nought again once it is gone", async () => {
    const honest = { ...world.items.get(keyOf(B, 2)) } as never;
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"));
    expect((await verification.look()).findings.map(({ code }) => code)).toEqual(["hash-mismatch", "head-mismatch"]);
    expect(await series("ic_audit_chain_ok")).toEqual(['ic_audit_chain_ok{scope="all"} 0']);
    expect(await series("ic_audit_findings")).toContain('ic_audit_findings{code="hash-mismatch"} 1');
    world.items.set(keyOf(B, 2), honest);
    await verification.look();
    expect(await series("ic_audit_findings")).toContain('ic_audit_findings{code="hash-mismatch"} 0');
  });

  test("remembers how large the log was", async () => {
    await verification.look();
    world.log.objects.clear();
    expect((await verification.look()).findings.map(({ code }) => code)).toContain("log-shrunk");
  });

  test("is one when two ask at once, and keeps the last one when it fails", async () => {
    const [one, two] = await Promise.all([verification.look(), verification.look()]);
    expect(one).toBe(two);
    const { list } = world.log;
    world.log.list = () => Promise.reject(new Error("the log is away"));
    const failing = createVerification({
      ...world,
      key: testKey().verifier,
      everyMs: 5,
      metrics,
      tasks,
      logger: silentLogger,
    });
    await expect(failing.look()).rejects.toThrow("the log is away");
    expect(failing.last()).toBeUndefined();
    world.log.list = list;
    expect((await failing.look()).findings).toEqual([]);
  });

  test("goes on by itself from its start to its stop, also after one that failed", async () => {
    const { list } = world.log;
    let failures = 1;
    world.log.list = (...args) => (failures-- > 0 ? Promise.reject(new Error("the log is away")) : list(...args));
    const patient = createVerification({
      ...world,
      key: testKey().verifier,
      everyMs: 5,
      metrics,
      tasks,
      logger: silentLogger,
    });
    patient.start();
    await expect.poll(() => patient.last()?.findings, { timeout: 5_000 }).toEqual([]);
    patient.stop();
    await tasks.drain(1_000);
    patient.start();
    patient.stop();
  });
});
