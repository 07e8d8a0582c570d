import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Audit, createAudit } from "../../../bridge/audit/audit.ts";
import { HeadRefusedError } from "../../../bridge/audit/checkpoint-signer.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { createDirectoryLog } from "../../../bridge/audit/proof/directory-log.ts";
import { parseVerifierKey } from "../../../bridge/audit/proof/signed-note.ts";
import type { Broken } from "../../../bridge/audit/watch/audit-records.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { createLogger } from "../../../bridge/platform/logger.ts";
import { createTasks, type Tasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { configWith } from "../../support/bridge-config.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { opened, roomOpened } from "../../support/incident-events.ts";
import { append, freshIncident, ledgerOn, storeOf } from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { putItems } from "./stored-scene.ts";

let store: LocalStore;
let directory: string;
let audit: Audit;
let tasks: Tasks;
let logged: string[];
let incident: string;
const clock = woundClock();
/** On a machine that has other things to do as well. */
const SOON = { timeout: 20_000 };
const noSecrets = { current: () => Promise.reject(new Error("there is no secret")) };

beforeEach(async () => {
  store = await startDynalite();
  directory = await mkdtemp(join(tmpdir(), "audit-"));
  logged = [];
  incident = freshIncident();
});
afterEach(async () => {
  audit.stop();
  expect(await tasks.drain(5_000)).toEqual([]);
  audit.close();
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function start(more: Record<string, string>) {
  const log = createLogger({ level: "debug", clock, destination: { write: (line) => void logged.push(line) } });
  tasks = createTasks({ log });
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  const rows = createIncidentRows({ index });
  audit = await createAudit({
    config: configWith({ CHECKPOINT_EVERY_MS: "100", AUDIT_VERIFY_EVERY_MS: "100", ...more }),
    secrets: noSecrets as never,
    dynamo: store.client,
    rows,
    index,
    leases: createLeases({ index, clock }),
    owner: "one",
    metrics: createMetrics(),
    outbound: {
      to: (vendor) => {
        throw new Error(`nothing is asked of ${vendor} here`);
      },
    },
    clock,
    tasks,
    log,
  });
  const ledger = ledgerOn(storeOf(store.client), clock, { onAppend: ({ id }, events) => audit.appended(id, events) });
  return { ledger, rows };
}
const withLog = () => start({ CHECKPOINT_DIR: directory, AUDIT_KEY_FILE: join(directory, "key") });
const line = (name: string) =>
  logged.map((text) => JSON.parse(text)).find(({ msg, event }) => [msg, event].includes(name));

/** The log as somebody outside reads it, with the key that the bridge has named. */
async function coveredUpTo(): Promise<number | undefined> {
  const key = parseVerifierKey(String(line("audit-log-opened")?.verifierKey));
  if (!key) throw new Error("no key was named");
  const { heads, findings } = await checkLog(createDirectoryLog(directory), { keys: [key] });
  expect(findings).toEqual([]);
  return heads.get(incident)?.at(-1)?.seq;
}
async function change(seq: number): Promise<void> {
  const [item] = await storeOf(store.client).read(incident, seq - 1);
  if (!item) throw new Error(`there is no entry ${seq}`);
  await putItems(store.client, [{ ...item, body: item.body.replace('"at":"20', '"at":"19') }]);
}

describe("the audit trail of a bridge with a log", () => {
  test("covers an incident as it opens, and what is about to be published before it is", async () => {
    const { ledger } = await withLog();
    await append(ledger, incident, "opened", opened());
    await expect.poll(coveredUpTo, SOON).toBe(1);
    await append(ledger, incident, "nudge", { type: "NudgeIssued", n: 1, reason: "a reminder" });
    await audit.checkpoints.cover(incident, { seq: 2 });
    expect(await coveredUpTo()).toBe(2);
    expect(line("checkpoint-signed")).toBeDefined();
    expect(audit.standing(incident)).toBeUndefined();
  });

  test("goes on by itself, tells of every break, and covers and publishes nothing there any more", async () => {
    const { ledger, rows } = await withLog();
    for (const [n, event] of roomOpened().entries()) await append(ledger, incident, `command-${n}`, event);
    await rows.project(await ledger.load(incident));
    await audit.checkpoints.cover(incident, { seq: 3 });
    await change(2);
    const told: (readonly Broken[])[] = [];
    audit.start({
      onBroken: async (broken) => {
        told.push(broken);
      },
      restoreRows: async () => false,
    });
    await expect.poll(() => told.flat(), SOON).toContainEqual(expect.objectContaining({ incident }));
    expect(audit.standing(incident)).toMatchObject({ seq: 2, code: "hash-mismatch" });
    await expect(audit.checkpoints.cover(incident, { seq: 3 })).rejects.toThrow(HeadRefusedError);
  });

  test("leaves out of its checkpoints, by name, what does not verify behind the last one", async () => {
    const { rows } = await withLog();
    // By another process, which has died before it could have anything covered.
    const other = ledgerOn(storeOf(store.client), clock);
    for (const [n, event] of roomOpened().entries()) await append(other, incident, `command-${n}`, event);
    await rows.project(await other.load(incident));
    await change(2);
    audit.start({ onBroken: async () => {}, restoreRows: async () => false });
    await expect
      .poll(() => line("audit-head-refused"), SOON)
      .toMatchObject({ incident, code: "hash-mismatch", seq: 2 });
    expect(await audit.signer?.newest()).toBeDefined();
  });

  test("is looked at before anybody has said whom to tell", async () => {
    const { ledger, rows } = await withLog();
    await append(ledger, incident, "opened", opened());
    await rows.project(await ledger.load(incident));
    await change(1);
    await audit.verification?.turn();
    expect(audit.standing(incident)).toMatchObject({ seq: 1 });
  });
});

test("without a log nothing is covered, looked at or claimed", async () => {
  const { ledger } = await start({});
  await append(ledger, incident, "opened", opened());
  const never = () => Promise.reject(new Error("nobody is told of anything"));
  audit.start({ onBroken: never, restoreRows: never });
  await audit.checkpoints.cover(incident, { seq: 1 });
  expect(audit.standing(incident)).toBeUndefined();
  expect([audit.signer, audit.verification, audit.exports]).toEqual([undefined, undefined, undefined]);
  expect(await audit.proveBundle(incident, "0".repeat(64))).toMatchObject({ kind: "refused" });
});
