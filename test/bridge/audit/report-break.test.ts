import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { brokenRecordText } from "../../../bridge/audit/broken-record-text.ts";
import type { Finding } from "../../../bridge/audit/proof/finding.ts";
import { createReportBreak } from "../../../bridge/audit/report-break.ts";
import type { Broken } from "../../../bridge/audit/watch/audit-records.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { BrokenChainError } from "../../../bridge/ledger/ledger.ts";
import { createSystemStream } from "../../../bridge/ledger/system-stream.ts";
import { createLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { honestStream } from "../../support/audit.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { stateOf } from "../../support/given.ts";
import { opened, roomOpened } from "../../support/incident-events.ts";
import { ledgerOn, memoryStore, storedEntries } from "../../support/ledgers.ts";
import { LIBRARY } from "../../support/library.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { SERVICES_YAML } from "../services/services-file.ts";
import { A, B } from "./scene.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

let store: ReturnType<typeof memoryStore>;
let report: ReturnType<typeof createReportBreak>;
let rows: ReturnType<typeof createIncidentRows>;
let logged: string[];
const clock = woundClock();
beforeEach(() => {
  store = memoryStore();
  logged = [];
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  rows = createIncidentRows({ index });
  const log = createLogger({ level: "info", clock, destination: { write: (line) => void logged.push(line) } });
  const ledger = ledgerOn(store, clock);
  report = createReportBreak({
    ledger,
    correlation: createCorrelationRows({ index, random: systemRandom }),
    rows,
    streams: {
      async *items(incident) {
        for (const item of await store.read(incident, 0)) yield { ...item, others: [] };
      },
    },
    services: parseServices(SERVICES_YAML, "services.yaml"),
    library: LIBRARY,
    clock,
    system: createSystemStream({ store, clock, random: systemRandom, log }),
    log,
  });
});

const finding = (incident: string | null, seq: number): Finding => ({
  incident,
  epoch: incident === null ? null : 1,
  seq,
  code: "hash-mismatch",
  layer: "C",
});
const broken = (incident: string | null, ...places: number[]): Broken => ({
  incident,
  findings: places.map((seq) => finding(incident, seq)),
  settled: [],
  total: places.length,
});
const streams = () => [...new Set([...store.items.values()].map(({ pk }) => pk.slice("INC#".length)))];
const about = () => streams().filter((id) => id !== "_system");
const eventsOf = async (incident = "") => (await storedEntries(store, incident)).flatMap(({ events }) => events);
const told = async (incident?: string) =>
  (await eventsOf(incident)).flatMap((event) => (event.type === "RecordBreakFound" ? [event] : []));

describe("a record that does not verify", () => {
  test("opens one incident about it, which is kept from others, and has it on record in both places", async () => {
    await report([broken(A, 3, 4)]);
    const [incident, ...others] = about();
    expect(others).toEqual([]);
    expect((await eventsOf(incident))[0]).toMatchObject({
      type: "IncidentOpened",
      class: "security",
      severity: "SEV1",
      room: true,
      title: `The record of ${A} does not verify`,
    });
    const said = [{ type: "RecordBreakFound", incident: A, total: 2, findings: [{ seq: 3 }, { seq: 4 }] }];
    expect(await told(incident)).toMatchObject(said);
    expect(await told("_system")).toMatchObject(said);
    expect(await rows.listOpen()).toContain(incident);
    expect(logged.join("")).toContain('"record-broken"');
  });

  test("is told again only when something else is found, whoever reports it how often", async () => {
    for (let n = 0; n < 3; n += 1) await report([broken(A, 3)]);
    await report([broken(A, 3), broken(B, 1)]);
    await report([broken(A, 3, 9), broken(B, 1)]);
    const [incident, ...others] = about();
    expect(others).toEqual([]);
    const places = [
      [A, 1],
      [B, 1],
      [A, 2],
    ];
    expect((await told(incident)).map((one) => [one.incident, one.total])).toEqual(places);
    expect((await told("_system")).map((one) => [one.incident, one.total])).toEqual(places);
  });

  test("names twenty findings of many, and how many there are", async () => {
    await report([broken(A, ...Array.from({ length: 30 }, (_, n) => n + 1))]);
    const [one] = await told(about()[0]);
    expect([one?.findings.length, one?.total]).toEqual([20, 30]);
  });

  test("may be the log itself", async () => {
    await report([broken(null, 7)]);
    expect((await eventsOf(about()[0]))[0]).toMatchObject({ title: "The audit log does not verify" });
    expect(await told("_system")).toMatchObject([{ incident: null, findings: [{ epoch: null, seq: 7 }] }]);
  });

  describe("has its own room told", () => {
    const roomOf = async (incident: string, channel: string) => {
      const state = stateOf(...roomOpened());
      await rows.project({ ...state, id: incident, channel });
    };
    const written = async (incident: string, ...events: IncidentEvent[]) => {
      const items = honestStream(incident, events.length, (seq) => events.slice(seq - 1, seq));
      for (const item of items) await store.put(item);
    };
    const rooms = async () =>
      (await eventsOf(about().find((id) => id !== A && id !== B))).flatMap((event) =>
        event.type === "BrokenRoomFound" ? [event] : [],
      );

    test("once, which an entry names and the index knows as this incident's", async () => {
      await roomOf(A, "C07ROOMOFA1");
      await written(A, opened(), { type: "RoomOpened", channel: "C07ROOMOFA1" });
      await report([broken(A, 3)]);
      await report([broken(A, 3, 4)]);
      expect(await rooms()).toEqual([{ type: "BrokenRoomFound", incident: A, channel: "C07ROOMOFA1" }]);
    });

    test("never another's, whatever was written into its record, nor none", async () => {
      await roomOf(A, "C07ROOMOFA2");
      await written(B, opened(), { type: "RoomOpened", channel: "C07ROOMOFA2" });
      const sk = (seq: number) => `E#${String(seq).padStart(12, "0")}`;
      await store.put({ pk: `INC#${B}`, sk: sk(3), body: "not an entry", hash: "", type: "" });
      await store.put({ pk: `INC#${B}`, sk: sk(4), hash: "", type: "" } as never);
      await report([broken(B, 3)]);
      expect(await rooms()).toEqual([]);
    });
  });

  test("is nothing where nothing is broken", async () => {
    await report([]);
    expect(streams()).toEqual([]);
  });
});

test("whoever acts in a broken incident is told what stands still, where it broke, and what to do", () => {
  const error = new BrokenChainError(A, { seq: 7, fault: "hash-mismatch" });
  expect(brokenRecordText(error)).toMatch(
    new RegExp(`record of ${A} does not verify at entry 7 \\(hash-mismatch\\).*Call`),
  );
});
