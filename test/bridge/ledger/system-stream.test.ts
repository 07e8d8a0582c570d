import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { createSystemStream, SYSTEM_STREAM } from "../../../bridge/ledger/system-stream.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { memoryStore, storedEntries, storeFailure } from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";

const ACTOR = { kind: "system", id: "reader:auditor", basis: "audit:read" } as const;
const read = (reader: string) =>
  ({ type: "AuditRead", reader, what: "controls", incident: null, mode: null, outcome: "listed" }) as const;
const streamOn = (store: ReturnType<typeof memoryStore>) =>
  createSystemStream({ store, clock: woundClock(), random: systemRandom, log: silentLogger });

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

test("replicas that record at the same time lose nothing and make one chain", async () => {
  const store = createLedgerStore({ dynamo: local.client, table: LEDGER_TABLE });
  const streams = Array.from({ length: 3 }, () =>
    createSystemStream({ store, clock: woundClock(), random: systemRandom, log: silentLogger }),
  );
  await Promise.all(Array.from({ length: 12 }, (_, n) => streams[n % 3]?.record(ACTOR, read(`reader-${n}`))));
  const entries = await storedEntries(store, SYSTEM_STREAM);
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
  expect(new Set(entries.flatMap(({ events }) => events.map((event) => JSON.stringify(event)))).size).toBe(12);
});

test("an append whose answer was lost is there once", async () => {
  const store = memoryStore();
  const { put } = store;
  let lost = 1;
  store.put = async (item) => {
    const result = await put(item);
    if (lost-- > 0) throw storeFailure();
    return result;
  };
  await streamOn(store).record(ACTOR, read("auditor"));
  expect(await storedEntries(store, SYSTEM_STREAM)).toHaveLength(1);
});

test("nothing is written behind an entry that does not hold", async () => {
  const store = memoryStore();
  const stream = streamOn(store);
  await stream.record(ACTOR, read("auditor"));
  for (const item of store.items.values()) item.body = item.body.replace("auditor", "another");
  await expect(stream.record(ACTOR, read("auditor"))).rejects.toThrow(/does not verify at entry 1/);
  expect(store.items.size).toBe(1);
});

test("a store that stays away is told, and the next record goes ahead", async () => {
  const store = memoryStore();
  const { put } = store;
  store.put = () => Promise.reject(storeFailure());
  const stream = streamOn(store);
  await expect(stream.record(ACTOR, read("auditor"))).rejects.toThrow(/could not append/);
  store.put = put;
  await stream.record(ACTOR, read("auditor"));
  expect(await storedEntries(store, SYSTEM_STREAM)).toHaveLength(1);
});
