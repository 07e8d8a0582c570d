import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCheckpointSigner } from "../../../bridge/audit/checkpoint-signer.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { createVerification } from "../../../bridge/audit/verification.ts";
import { createAuditRecords } from "../../../bridge/audit/watch/audit-records.ts";
import { auditStatus } from "../../../bridge/audit/watch/audit-status.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { createInbox } from "../../../bridge/ingress/inbox.ts";
import { createIntake } from "../../../bridge/intake/intake.ts";
import { createRestoreRows, type RestoreRows } from "../../../bridge/intake/restore-rows.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { firing } from "../../support/alert-facts.ts";
import { memoryLog, testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { alert, opened, ROOM, resolved, roomOpened } from "../../support/incident-events.ts";
import { append, ledgerOn, storeOf } from "../../support/ledgers.ts";
import { LIBRARY } from "../../support/library.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { WOUNDS, woundedStore } from "../../support/wounded-store.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const MINUTE = 60_000;
const services = parseServices(`${SERVICES_YAML}correlation: off\n`, "services.yaml");
let local: LocalStore;
let clock: ReturnType<typeof woundClock>;
let metrics: ReturnType<typeof createMetrics>;
let log: ReturnType<typeof memoryLog>;
beforeEach(async () => {
  local = await startDynalite();
  clock = woundClock();
  metrics = createMetrics();
  log = memoryLog();
});
afterEach(() => local[Symbol.asyncDispose]());

/** A replica: its own memory, the shared store. `client` is the one by which it reaches the index when it restores. */
function replica({
  client = local.client,
  restoreRows,
}: {
  client?: typeof local.client;
  restoreRows?: RestoreRows;
} = {}) {
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  const ledger = ledgerOn(storeOf(local.client), clock);
  const rows = createIncidentRows({ index });
  const leases = createLeases({ index, clock });
  const correlation = createCorrelationRows({ index, random: systemRandom });
  const inbox = createInbox({ client: local.client, table: INDEX_TABLE, clock: systemClock, log: silentLogger });
  const wounded = createIndexTable({ dynamo: client, table: INDEX_TABLE });
  const restore = createRestoreRows({
    index: wounded,
    correlation: createCorrelationRows({ index: wounded, random: systemRandom }),
    ledger: ledgerOn(storeOf(client), clock),
    metrics,
    log: silentLogger,
  });
  const streams = createStoredStreams({ dynamo: local.client, table: LEDGER_TABLE });
  const intake = createIntake({
    inbox,
    correlation,
    leases,
    ledger,
    services,
    library: LIBRARY,
    clock,
    log: silentLogger,
    owner: "one",
    leaseMs: 30_000,
    grace: { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 },
    settled: (state) => rows.project(state),
  });
  const verification = createVerification({
    streams,
    log,
    key: testKey().verifier,
    records: createAuditRecords({ index }),
    leases,
    owner: "one",
    listOpen: rows.listOpen,
    onBroken: async () => {},
    restoreRows: restoreRows ?? restore,
    periods: { everyMs: MINUTE, openMs: MINUTE, closedMs: 12 * 60 * MINUTE },
    clock,
    metrics,
    tasks: createTasks({ log: silentLogger }),
    logger: silentLogger,
  });
  const signer = createCheckpointSigner({ log, streams, key: testKey(), clock, logger: silentLogger });
  return { ledger, rows, correlation, inbox, intake, restore, verification, signer };
}
const KEY = "oncall|IW4K9ZP7TN2XC";
/** An alert comes in and opens its incident, and the log covers it. */
async function openedByAlert() {
  const one = replica();
  await one.inbox.putPending(firing());
  await one.intake.run();
  const incident = (await one.correlation.find(KEY))?.incident ?? "";
  await one.signer.coverAll([incident]);
  await one.verification.turn();
  return { ...one, incident };
}
const rowsBeginning = async (...prefixes: string[]) =>
  ((await local.client.send(new ScanCommand({ TableName: INDEX_TABLE }))).Items ?? []).filter(({ pk }) =>
    prefixes.some((prefix) => pk?.S?.startsWith(prefix)),
  );
const lose = async (...prefixes: string[]) => {
  for (const { pk, sk } of await rowsBeginning(...prefixes)) {
    if (pk && sk) await local.client.send(new DeleteItemCommand({ TableName: INDEX_TABLE, Key: { pk, sk } }));
  }
};
const incidents = async () => {
  const { Items = [] } = await local.client.send(new ScanCommand({ TableName: LEDGER_TABLE }));
  return [...new Set(Items.map(({ pk }) => pk?.S?.slice("INC#".length)))];
};
const restoredRows = async () =>
  (await metrics.render()).split("\n").filter((line) => /^ic_index_rows_restored_total.* [1-9]/.test(line));

describe("rows of the index that are gone", () => {
  test.each([
    ["of an incident and its alerts", ["ROW#", "CORR#"]],
    ["with what verification remembers of it", ["ROW#", "CORR#", "AUDIT#STREAM#"]],
  ])("%s are back after a minute's look, and an alert of the same group joins its incident", async (_, prefixes) => {
    const { incident, rows, correlation, inbox, intake, verification } = await openedByAlert();
    expect(await restoredRows()).toEqual([]);
    await lose(...prefixes);
    expect([await rows.listOpen(), await correlation.find(KEY)]).toEqual([[], undefined]);

    clock.advance(MINUTE);
    await verification.turn();
    expect([await rows.listOpen(), await correlation.find(KEY)]).toEqual([[incident], { incident, version: 1 }]);
    expect(await restoredRows()).toEqual([
      'ic_index_rows_restored_total{row="incident"} 1',
      'ic_index_rows_restored_total{row="correlation"} 1',
    ]);

    clock.advance(MINUTE);
    await verification.turn();
    expect(auditStatus(await verification.view(), clock.now(), verification.periods)).toBe("ok");
    await inbox.putPending(firing({}, "2"));
    await intake.run();
    expect(await incidents()).toEqual([incident]);
    const { status, alerts } = await replica().ledger.load(incident);
    expect([status, alerts.dedupeKeys.size]).toEqual(["open", 2]);
  });

  test("are looked for again in the next turn when the store failed, and no pass fails for it", async () => {
    const { incident, rows } = await openedByAlert();
    let away = true;
    const healthy = replica().restore;
    const { verification } = replica({
      restoreRows: (...args) => (away ? Promise.reject(new Error("the index is away")) : healthy(...args)),
    });
    await lose("ROW#");
    clock.advance(MINUTE);
    await verification.turn();
    expect([(await verification.view()).B?.at, await rows.listOpen()]).toEqual([clock.now(), []]);
    away = false;
    clock.advance(MINUTE);
    await verification.turn();
    expect(await rows.listOpen()).toEqual([incident]);
  });

  test("of an incident that is over come back within half a day, and it is not listed again", async () => {
    const { incident, ledger, rows, correlation, verification } = await openedByAlert();
    const over = [resolved({ outcome: "not_an_incident" }), { type: "RoomArchived" as const, channel: ROOM }];
    await rows.project((await append(ledger, incident, "end", ...over)).state);
    clock.advance(MINUTE);
    await verification.turn();
    await lose("ROW#", "CORR#");
    clock.advance(12 * 60 * MINUTE);
    await verification.turn();
    expect([await rows.listOpen(), (await correlation.find(KEY))?.incident]).toEqual([[], incident]);
    expect(await rowsBeginning("ROW#")).toMatchObject([{ status: { S: "archived" } }]);
  });

  test("are the room's too, so that a command typed there finds its incident", async () => {
    const { ledger, rows, restore } = replica();
    await rows.project((await append(ledger, "INC-20261121-0914-AAAA", "open", ...roomOpened())).state);
    await lose("CHAN#");
    expect(await restore("INC-20261121-0914-AAAA", [])).toBe(true);
    expect(await rows.incidentOf(ROOM)).toBe("INC-20261121-0914-AAAA");
  });

  test("lead to the open incident of a group, whichever of its incidents is looked at first", async () => {
    const { ledger, correlation, restore } = replica();
    const [older, newer] = ["INC-20261120-0914-AAAA", "INC-20261121-0914-BBBB"];
    await append(ledger, older, "open", opened(), alert());
    await append(ledger, older, "end", resolved());
    clock.advance(MINUTE);
    await append(ledger, newer, "open", opened(), alert({ dedupeKey: "again" }));
    await restore(older, [older, newer]);
    expect((await correlation.find(KEY))?.incident).toBe(newer);
  });

  test("leave a group where it was given, and a row that is there as it is", async () => {
    const { ledger, correlation, restore } = replica();
    const [from, to] = ["INC-20261121-0914-AAAA", "INC-20261121-0914-BBBB"];
    const other = "oncall|OTHERGROUP";
    await append(ledger, from, "open", opened(), alert(), alert({ groupId: "OTHERGROUP", dedupeKey: "other" }));
    await append(ledger, from, "split", { type: "AlertGroupSplit", correlationKey: other, to, by: "U07ALEXLIN1" });
    await correlation.point(KEY, to);
    await restore(from, [from]);
    expect([(await correlation.find(KEY))?.incident, await correlation.find(other)]).toEqual([to, undefined]);
  });

  test("that say what the ledger denies are written anew: a row ahead of it would hold back all that follows", async () => {
    const { incident, rows, restore } = await openedByAlert();
    const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
    await index.put({ pk: { S: `ROW#${incident}` }, sk: { S: "R" }, seq: { N: "999" }, status: { S: "archived" } });
    await restore(incident, []);
    expect(await rows.listOpen()).toEqual([incident]);
    expect(await rowsBeginning("ROW#")).toMatchObject([{ seq: { N: "1" } }]);
  });

  test("are none of an incident that never was", async () => {
    expect(await replica().restore("INC-20261121-0914-ZZZZ", [])).toBe(false);
    expect(await rowsBeginning("ROW#")).toEqual([]);
  });
});

describe.each(WOUNDS)("when the %s", (wound) => {
  test("at any await of restoring, the next look has every row back, once", async () => {
    const { incident } = await openedByAlert();
    for (let k = 1; ; k += 1) {
      await lose("ROW#", "CORR#");
      const { client, reached } = woundedStore(local.client, k, wound);
      await replica({ client: client as typeof local.client })
        .restore(incident, [])
        .catch(() => undefined);
      await replica().restore(incident, []);
      expect((await rowsBeginning("ROW#", "CORR#")).map(({ pk }) => pk?.S).sort(), `k=${k}`).toEqual([
        `CORR#${KEY}`,
        `ROW#${incident}`,
      ]);
      expect((await replica().correlation.find(KEY))?.incident).toBe(incident);
      if (!reached()) break;
      expect(k).toBeLessThan(20);
    }
  });
});
