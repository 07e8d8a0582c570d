import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exportBundle } from "../../../bridge/audit/export-bundle.ts";
import { createIncidentExport } from "../../../bridge/audit/incident-export.ts";
import { checkBundle } from "../../../bridge/audit/proof/check-bundle.ts";
import { checkpointKey } from "../../../bridge/audit/proof/log-store.ts";
import { createExportIncident } from "../../../bridge/audit/reading/export-incident.ts";
import { createReadBudget } from "../../../bridge/audit/reading/read-budget.ts";
import { createRecordRead } from "../../../bridge/audit/reading/record-read.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createSystemStream } from "../../../bridge/ledger/system-stream.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { memoryLog, testKey } from "../../support/audit.ts";
import { INDEX_TABLE } from "../../support/dynalite.ts";
import { memoryStore, storedEntries } from "../../support/ledgers.ts";
import { startIngress } from "../ingress/start-ingress.ts";
import { A, B, C, edit, type HonestWorld, honestWorld, keyOf, lengthOf } from "./scene.ts";

const TOKEN = "audit-reader-token-for-tests-000001";
let world: HonestWorld;
let ledger: ReturnType<typeof memoryStore>;
let bridge: Awaited<ReturnType<typeof startIngress>>;
let directory: string;
let answer: ReturnType<typeof createExportIncident>;

beforeEach(async () => {
  world = await honestWorld();
  ledger = memoryStore();
  directory = await mkdtemp(join(tmpdir(), "audit-export-"));
  const { clock } = world;
  const system = createSystemStream({ store: ledger, clock, random: systemRandom, log: silentLogger });
  bridge = await startIngress({ exportIncident: (call) => answer(call) });
  const index = createIndexTable({ dynamo: bridge.store.client, table: INDEX_TABLE });
  answer = createExportIncident({
    exports: createIncidentExport({ ...world, key: testKey().verifier }),
    revealed: async function* () {
      yield { commit: "0".repeat(64), salt: "0".repeat(64), details: { text: "nothing commits to this" } };
    },
    budget: createReadBudget({ index, clock }),
    recordRead: createRecordRead({ system, log: silentLogger }),
  });
});
afterEach(async () => {
  await bridge[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const get = (query: string, signal?: AbortSignal) =>
  fetch(`${bridge.internalUrl}/audit/bundle?${query}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(signal ? { signal } : {}),
  });
const checked = async (query: string) => {
  const file = join(directory, "bundle.zip");
  await writeFile(file, Buffer.from(await (await get(query)).arrayBuffer()));
  return checkBundle(file, { keys: [testKey().verifier], witnesses: [] });
};
const recorded = async () => (await storedEntries(ledger, "_system")).flatMap(({ events }) => events);

describe("GET /audit/bundle", () => {
  test("gives the incident as a file, covered to its last entry by a checkpoint made for it", async () => {
    const reply = await get(`incident=${A}`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="incident-${A}.icaudit.zip"`);
    await reply.arrayBuffer();
    const report = await checked(`incident=${A}`);
    expect(report).toMatchObject({ status: "proved", log: { size: 8 }, entries: { count: lengthOf[A] } });
    expect(report.unproved.join()).not.toMatch(/later than the last checkpoint/);
  });

  test("is recorded before its first byte: by whom, what, and how far it was covered", async () => {
    await (await get(`incident=${A}`)).arrayBuffer();
    expect(await recorded()).toEqual([
      { type: "IncidentExported", reader: "auditor", incident: A, logSize: 8, uncovered: null, withDetails: false },
    ]);
    ledger.put = () => Promise.reject(new Error("the store is away"));
    expect((await get(`incident=${A}`)).status).toBe(500);
  });

  test("exports what does not hold as it is found, and records that it is not covered", async () => {
    edit(world.items, B, 2, (body) => body.replace("reminder 2", "reminder 9"), true);
    world.items.delete(keyOf(B, 4));
    const report = await checked(`incident=${B}`);
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["head-mismatch", "prev-mismatch", "seq-gap"]),
    );
    expect(await recorded()).toMatchObject([{ logSize: 0, uncovered: expect.stringMatching(/does not hold/) }]);
  });

  test("exports an incident of which only the log still knows", async () => {
    for (let seq = 1; seq <= lengthOf[B]; seq += 1) world.items.delete(keyOf(B, seq));
    expect((await checked(`incident=${B}`)).findings.map(({ code }) => code)).toEqual(["head-missing", "head-missing"]);
  });

  test("exports what no checkpoint covers where the log has stopped, and says so", async () => {
    world.log.objects.delete(checkpointKey(6));
    expect((await checked(`incident=${B}`)).entries.count).toBe(lengthOf[B]);
    expect(await recorded()).toMatchObject([{ logSize: 0, uncovered: expect.stringMatching(/nothing is signed/) }]);
  });

  test("gives nothing where the log is away: whether it is covered cannot be said", async () => {
    world.log.list = () => Promise.reject(new Error("the log is away"));
    expect((await get(`incident=${B}`)).status).toBe(500);
  });

  test("exports an incident before its log has begun, which then proves nothing of it", async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of exportBundle(C, { ...world, log: memoryLog(), key: testKey().verifier }))
      pieces.push(piece);
    const file = join(directory, "bundle.zip");
    await writeFile(file, Buffer.concat(pieces));
    const report = await checkBundle(file, { keys: [testKey().verifier], witnesses: [] });
    expect(report).toMatchObject({ status: "not-checkable", entries: { count: lengthOf[C] }, log: undefined });
  });

  test("knows nothing of an incident that never was, and writes nothing about it into the log", async () => {
    const before = world.log.objects.size;
    expect((await get("incident=INC-20261121-0914-ZZZZ")).status).toBe(404);
    expect(world.log.objects.size).toBe(before);
    expect(await recorded()).toEqual([]);
  });

  test("reveals words only to whoever may be shown them", async () => {
    expect(await (await get(`incident=${A}&details=revealed`)).json()).toMatchObject({
      error: { code: "scope-missing" },
    });
    bridge.secrets.rotate(
      "audit-readers",
      JSON.stringify({ readers: [{ name: "privacy", token: `${TOKEN}2`, scopes: ["audit:read", "audit:details"] }] }),
    );
    const reply = await fetch(`${bridge.internalUrl}/audit/bundle?incident=${A}&details=revealed`, {
      headers: { authorization: `Bearer ${TOKEN}2` },
    });
    const files = unzipSync(new Uint8Array(await reply.arrayBuffer()));
    expect(Object.keys(files)).toContain("details/revealed.ndjson");
    expect(files["details/revealed.ndjson"]).toHaveLength(0);
    expect(await recorded()).toMatchObject([{ reader: "privacy", withDetails: true }]);
  });

  test("sends two at once and no more, and has room again when a reader is gone", async () => {
    const items = world.streams.items;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The first entry is looked for, then the signer walks, then the bundle is sent: only that last walk is held.
    const walks = new Map<string, number>();
    world.streams.items = async function* (incident, afterSeq) {
      const walk = (walks.get(incident) ?? 0) + 1;
      walks.set(incident, walk);
      yield* items(incident, afterSeq);
      if (walk % 3 === 0) await held;
    };
    const leaving = new AbortController();
    const first = await get(`incident=${A}`, leaving.signal);
    const second = await get(`incident=${B}`);
    expect([first.status, second.status]).toEqual([200, 200]);
    const third = await get(`incident=${A}`);
    expect([third.status, third.headers.get("retry-after")]).toEqual([429, "10"]);
    expect(await third.json()).toMatchObject({ error: { code: "busy" } });
    leaving.abort();
    release();
    await second.arrayBuffer();
    await expect.poll(async () => (await get(`incident=${A}`)).status, { timeout: 20_000 }).toBe(200);
  });

  test("counts who was let in, long before the first byte, and no longer whoever got something else", async () => {
    const items = world.streams.items;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived = 0;
    world.streams.items = async function* (incident, afterSeq) {
      arrived += 1;
      await held;
      yield* items(incident, afterSeq);
    };
    const unknown = get("incident=INC-20261121-0914-ZZZZ");
    const first = get(`incident=${A}`);
    await expect.poll(() => arrived, { timeout: 20_000 }).toBe(2);
    expect((await get(`incident=${B}`)).status).toBe(429);
    expect(arrived).toBe(2);
    release();
    expect((await unknown).status).toBe(404);
    await (await first).arrayBuffer();
    world.streams.items = () => {
      throw new Error("the store is away");
    };
    for (let n = 0; n < 3; n += 1) expect((await get(`incident=${A}`)).status).toBe(500);
    world.streams.items = items;
    expect((await get(`incident=${A}`)).status).toBe(200);
  });

  test.each([
    ["before it was ready", 0],
    ["before the first byte", 1],
  ])("keeps no place for somebody who has gone %s", async (_, after) => {
    for (let n = 0; n < 3; n += 1) {
      const gone = new AbortController();
      const call = { reader: { name: "auditor", scopes: ["audit:read"] as const }, signal: gone.signal };
      const making = answer({ ...call, query: new URLSearchParams(`incident=${A}`) });
      if (after > 0) await making;
      gone.abort();
      // Nobody takes the pieces.
      expect(await making).toHaveProperty("pieces");
    }
  });

  test("costs its reader a read, whatever comes of it", async () => {
    for (let n = 0; n < 30; n += 1) expect((await get("incident=INC-20261121-0914-ZZZZ")).status).toBe(404);
    expect(await (await get(`incident=${A}`)).json()).toMatchObject({ error: { code: "too-many-reads" } });
  });

  test("that breaks off is cut, so that nobody takes it for whole", async () => {
    const items = world.streams.items;
    let walks = 0;
    world.streams.items = async function* (incident, afterSeq) {
      walks += 1;
      yield* items(incident, afterSeq);
      if (walks === 3) throw new Error("the store is away");
    };
    const reply = await get(`incident=${A}`);
    expect(reply.status).toBe(200);
    await expect(reply.arrayBuffer()).rejects.toThrow();
  });

  test.each([
    ["", "incident-malformed"],
    ["incident=../etc", "incident-malformed"],
    [`incident=${A}&details=all`, "details-unknown"],
    [`incident=${A}&incident=${B}`, "query-unknown"],
    [`incident=${A}&format=pdf`, "query-unknown"],
  ])("refuses %j with a sentence", async (query, code) => {
    expect(await (await get(query)).json()).toMatchObject({ error: { code } });
  });
});

test("where no log is configured nothing is exported that could not be proved", async () => {
  const answer = await createExportIncident({
    exports: undefined,
    revealed: undefined,
    budget: { take: async () => undefined, takeLive: async () => undefined },
    recordRead: async () => {},
  })({
    reader: { name: "auditor", scopes: ["audit:read"] },
    query: new URLSearchParams(`incident=${A}`),
    signal: new AbortController().signal,
  });
  expect(answer).toMatchObject({ status: 503, body: { error: { code: "no-audit-log" } } });
});
