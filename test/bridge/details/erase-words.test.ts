import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDetailsCheck, unrevealed } from "../../../bridge/audit/proof/check-details.ts";
import { checkIncident } from "../../../bridge/audit/proof/check-streams.ts";
import { canonicalText } from "../../../bridge/audit/proof/strict-json.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { erase } from "../../../bridge/deploy/secrets/erase.ts";
import { destroyKey } from "../../../bridge/details/destroy-key.ts";
import { eraseWords } from "../../../bridge/details/erase-words.ts";
import { masterKeyWrapping } from "../../../bridge/details/key-wrapping.ts";
import { revealedWords } from "../../../bridge/details/revealed-words.ts";
import { revealingLedger } from "../../../bridge/details/revealing-ledger.ts";
import { createSealedDetails } from "../../../bridge/details/sealed-details.ts";
import { createIndexTable, type IndexTable } from "../../../bridge/index-table/index-table.ts";
import { createSealedVaults } from "../../../bridge/index-table/sealed-vaults.ts";
import { createLedger } from "../../../bridge/ledger/ledger.ts";
import { createLedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { createSystemStream, SYSTEM_STREAM } from "../../../bridge/ledger/system-stream.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { incidentKeyOf, redact, vaultKeyOf } from "../../../bridge/redaction/index.ts";
import { INDEX_TABLE, LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { opened, PEOPLE } from "../../support/incident-events.ts";
import { append, freshIncident, storedEntries, storeOf } from "../../support/ledgers.ts";
import { woundClock } from "../../support/wound-clock.ts";

const MASTER = "a master key of at least thirty-two characters";
const WORDS = { text: "Ask jo@shop.example." };
let local: LocalStore;
let index: IndexTable;
beforeAll(async () => {
  local = await startDynalite();
  index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
});
afterAll(() => local[Symbol.asyncDispose]());

let incident = "";
beforeEach(() => {
  incident = freshIncident();
});

const details = () =>
  createSealedDetails({
    index,
    table: INDEX_TABLE,
    wrapping: masterKeyWrapping(async () => MASTER),
    log: silentLogger,
  });
const shown = async () => [...(await details().reveal(incident)).values()];
const KIM = { by: "kim@example.com", because: "REQ-2041" };

/** What an auditor is told of the stream when he is shown all words that can be shown. */
async function audited() {
  const check = createDetailsCheck(incident);
  const streams = createStoredStreams({ dynamo: local.client, table: LEDGER_TABLE });
  const { stream } = await checkIncident(incident, streams.items(incident), undefined, check.entry);
  for await (const line of revealedWords(details())(incident)) check.reveal(canonicalText({ ...line }));
  const report = check.end();
  return { chain: stream.findings, details: report.findings, unproved: unrevealed(report) };
}

test("an incident verifies before and after its words were erased; then nobody reads them, and everybody is told", async () => {
  const clock = woundClock();
  const deps = { clock, random: systemRandom, log: silentLogger };
  const store = createLedgerStore({ dynamo: local.client, table: LEDGER_TABLE });
  const plain = createLedger({ store, keepWords: details().keep, sleep: async () => {}, ...deps });
  const ledger = revealingLedger(plain, { details: details(), ...deps });
  const note = {
    type: "NoteTaken",
    noteId: "m1",
    kind: "fact",
    via: "pin",
    ...WORDS,
    author: null,
    by: PEOPLE.alex,
    ts: null,
    saidAt: "2026-11-21T09:14:05.000Z",
  } as const;
  await append(ledger, incident, "c1", opened(), note, { ...note, noteId: "m2" });
  expect(await audited()).toEqual({ chain: [], details: [], unproved: undefined });

  const system = createSystemStream({ store, ...deps });
  const erasure = await eraseWords({ incident, ...KIM }, { index, system, clock });
  expect(erasure).toMatchObject({ details: 3 });

  expect(await audited()).toEqual({
    chain: [],
    details: [],
    unproved: "details of 3 events erased or not revealed: only their commitments were checked",
  });
  clock.advance(10_001);
  const { life } = await ledger.load(incident);
  expect([...life.notes.values()].map(({ text }) => text)).toEqual(["[erased]", "[erased]"]);
  const recorded = (await storedEntries(store, SYSTEM_STREAM)).at(-1);
  expect(recorded).toMatchObject({
    actor: { kind: "human", id: KIM.by, basis: "operator" },
    events: [{ type: "DetailsErased", incident, details: 3, erasedAt: erasure?.at, because: "REQ-2041" }],
  });
});

describe("a destroyed key", () => {
  const destroy = (clock = woundClock(), of = index) => destroyKey(incident, { index: of, clock });

  test("leaves nothing to be read, says how much that was, and says the same when repeated later", async () => {
    const clock = woundClock();
    await details().keep(incident, [WORDS, WORDS]);
    const erasure = await destroy(clock);
    expect(erasure).toEqual({ at: new Date(clock.now()).toISOString(), details: 2 });
    expect(await shown()).toEqual([]);
    expect(await index.get(`DETAILS#${incident}`, "KEY")).not.toHaveProperty("wrappedKey");
    clock.advance(60_000);
    expect(await destroy(clock)).toEqual(erasure);
  });

  test("ends what was kept before, not what is kept after", async () => {
    await details().keep(incident, [WORDS]);
    await destroy();
    await details().keep(incident, [{ text: "later" }]);
    expect(await shown()).toMatchObject([{ words: { text: "later" } }]);
    expect(await destroy()).toMatchObject({ details: 1 });
    expect(await shown()).toEqual([]);
  });

  test("is none where no words were kept", async () => {
    expect(await destroy()).toBeUndefined();
    expect(await index.partition(`DETAILS#${incident}`)).toEqual([]);
  });

  test("is not one that was made meanwhile", async () => {
    await details().keep(incident, [WORDS]);
    const meanwhile: IndexTable = {
      ...index,
      async update(...call) {
        await destroy();
        await details().keep(incident, [{ text: "later" }]);
        return index.update(...call);
      },
    };
    await destroy(woundClock(), meanwhile);
    expect(await shown()).toMatchObject([{ words: { text: "later" } }]);
  });
});

describe("the operator's command", () => {
  const run = (...args: string[]) =>
    erase(["erase", ...args, "--region", "eu-north-1", "--endpoint", local.url, "--by", KIM.by]);
  const where = ["--ledger", LEDGER_TABLE, "--index", INDEX_TABLE, "--because", KIM.because];

  test("erases words and sealed placeholders, records who did it and why, and can be repeated", async () => {
    await details().keep(incident, [WORDS]);
    const vaults = createSealedVaults({
      index,
      keys: {
        incidentKey: async (id) => incidentKeyOf(MASTER, id),
        dataKey: async (id) => vaultKeyOf(MASTER, id),
      },
      clock: woundClock(),
    });
    await vaults.redactWith(incident, (vault) => redact(WORDS.text, { vault }));
    const { said, code } = await run(incident, ...where);
    expect(said).toMatch(/^The words of 1 event of INC-\S+ were erased at 2\S+Z; backups/);
    expect(code).toBe(0);
    expect(await shown()).toEqual([]);
    expect(await index.get(`VAULT#${incident}`, "V")).not.toHaveProperty("sealed");
    expect((await storedEntries(storeOf(local.client), SYSTEM_STREAM)).at(-1)?.events).toMatchObject([
      { type: "DetailsErased", incident, because: KIM.because },
    ]);
    expect(await run(incident, ...where)).toEqual({ said, code });
  });

  test("says so when it knows no words of that incident", async () => {
    expect(await run(incident, ...where)).toEqual({
      said: `No words of ${incident} are kept; is that its id?`,
      code: 1,
    });
  });

  test.each([
    ["no incident", where],
    ["no reason", [freshIncident(), "--ledger", LEDGER_TABLE, "--index", INDEX_TABLE]],
    ["an id that is none", ["_system", ...where]],
    ["two incidents", [freshIncident(), freshIncident(), ...where]],
  ])("is explained when given %s, and touches nothing", async (_, args) => {
    const { said, code } = await run(...args);
    expect(said).toMatch(/^npm run secrets -- erase <incident> --region/);
    expect(code).toBe(2);
  });
});

test("words that do not open are left out of what is revealed", async () => {
  const [commit = ""] = await details().keep(incident, [WORDS]);
  await details().keep(incident, [{ text: "whole" }]);
  const key = [`DETAILS#${incident}`, `D#${commit}`] as const;
  await index.put({ ...(await index.get(...key)), sealed: { B: new Uint8Array(40) } });
  const lines = [];
  for await (const line of revealedWords(details())(incident)) lines.push(line.details);
  expect(lines).toEqual([{ text: "whole" }]);
});
