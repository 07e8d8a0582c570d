import assert from "node:assert/strict";
import { afterAll, beforeAll, beforeEach, test } from "vitest";
import { createModelDrafter } from "../../../bridge/drafting/model-drafter.ts";
import type { ModelPort } from "../../../bridge/drafting/model-port.ts";
import { loadPrompts } from "../../../bridge/drafting/prompts.ts";
import { createIndexTable, type IndexTable } from "../../../bridge/index-table/index-table.ts";
import { createSealedVaults, type SealedVaults } from "../../../bridge/index-table/sealed-vaults.ts";
import { readNumber } from "../../../bridge/platform/dynamo.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { incidentKeyOf, redact, rehydrate, type Vault, vaultKeyOf } from "../../../bridge/redaction/index.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { readsMeet } from "../../support/reads-meet.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { updateRequest } from "../drafting/update-request.ts";

const MASTER = "a master key of at least thirty-two characters";
const DAY = 86_400_000;
const prompts = loadPrompts();
let store: LocalStore;
let table: IndexTable;
beforeAll(async () => {
  store = await startDynalite();
  table = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
});
afterAll(() => store[Symbol.asyncDispose]());

let made = 0;
let incident = "";
let clock = woundClock();
beforeEach(() => {
  made += 1;
  incident = `INC-${made}`;
  clock = woundClock();
});

/** One replica's view of the same table. */
const replica = (index: IndexTable = table, master = MASTER): SealedVaults =>
  createSealedVaults({
    index,
    keys: {
      incidentKey: async (id) => incidentKeyOf(master, id),
      dataKey: async (id) => vaultKeyOf(master, id),
    },
    clock,
  });
const redacting = (text: string) => (vault: Vault) => redact(text, { vault }).text;
const stored = () => table.get(`VAULT#${incident}`, "V");

test("what one call numbered, the next one and the other replica give again", async () => {
  const first = await replica().redactWith(incident, redacting("ask jo@shop.example"));
  const second = await replica().redactWith(incident, redacting("kim@shop.example told jo@shop.example"));
  assert.equal(first.result, "ask [EMAIL_1]");
  assert.equal(second.result, "[EMAIL_2] told [EMAIL_1]");
  assert.equal(rehydrate("[EMAIL_1], [EMAIL_2]", second.vault, "responder").text, "jo@shop.example, kim@shop.example");
});

test("the item shows no value, and opens for no other incident and no other key", async () => {
  await replica().redactWith(incident, redacting("ask jo@shop.example, token=f81d4fae7dec11"));
  const item = await stored();
  assert.ok(item);
  assert.doesNotMatch(Buffer.from(item.sealed?.B ?? []).toString("latin1"), /jo@shop|f81d4fae/);
  assert.deepEqual(Object.keys(item).sort(), ["expiresAt", "pk", "sealed", "sk", "version"]);
  await assert.rejects(replica(table, "another master key of thirty-two chars").redactWith(incident, redacting("x")), {
    name: "SealedVaultError",
  });
  await table.put({ ...item, pk: { S: `VAULT#${incident}-other` } });
  await assert.rejects(replica().redactWith(`${incident}-other`, redacting("x")), { name: "SealedVaultError" });
});

test("two replicas that number at the same moment: one writes, the other redacts again on what it wrote", async () => {
  const late = readsMeet(table);
  let runs = 0;
  const both = await Promise.all(
    ["jo@shop.example", "kim@shop.example"].map((address) =>
      replica(late).redactWith(incident, (vault) => {
        runs += 1;
        return redact(address, { vault }).text;
      }),
    ),
  );
  assert.equal(runs, 3);
  assert.deepEqual(both.map(({ result }) => result).sort(), ["[EMAIL_1]", "[EMAIL_2]"]);
  const after = await replica().redactWith(incident, redacting("jo@shop.example kim@shop.example"));
  assert.equal(after.result, both.map(({ result }) => result).join(" "));
});
test("twenty calls at once from four replicas give every value one placeholder, or are refused", async () => {
  const calls = Array.from({ length: 20 }, (_, n) => ({ n, by: n % 4 }));
  const replicas = [replica(), replica(), replica(), replica()];
  const given = new Map<string, string>();
  await Promise.all(
    calls.map(async ({ n, by }) => {
      const address = `caller${n % 10}@shop.example`;
      const outcome = await replicas[by]
        ?.redactWith(incident, redacting(address))
        .catch((error: unknown) => void assert.equal((error as Error).name, "VaultNotKeptError"));
      if (!outcome) return;
      assert.equal(given.get(address) ?? outcome.result, outcome.result);
      given.set(address, outcome.result);
    }),
  );
  assert.equal(new Set(given.values()).size, given.size);
  for (const [address, placeholder] of given) {
    assert.equal((await replica().redactWith(incident, redacting(address))).result, placeholder);
  }
});

test("a call that finds nothing new writes nothing", async () => {
  await replica().redactWith(incident, redacting("jo@shop.example"));
  await replica().redactWith(incident, redacting("jo@shop.example"));
  assert.equal(readNumber(await stored(), "version"), 1);
});

test("the vault goes 30 days after the incident closed, also where it was filled only then", async () => {
  await replica().redactWith(incident, redacting("jo@shop.example"));
  const closedAt = clock.now();
  await replica().closed(incident, closedAt);
  clock.advance(29 * DAY);
  const used = await replica().redactWith(incident, redacting("kim@shop.example jo@shop.example"));
  assert.equal(used.result, "[EMAIL_2] [EMAIL_1]");
  assert.equal(readNumber(await stored(), "expiresAt"), Math.floor(closedAt / 1_000) + 30 * 86_400);
  clock.advance(DAY);
  // The store has not removed it yet; it is not read any more all the same.
  assert.equal((await replica().redactWith(incident, redacting("kim@shop.example"))).result, "[EMAIL_1]");

  incident = `${incident}-late`;
  await replica().closed(incident, closedAt);
  await replica().redactWith(incident, redacting("jo@shop.example"));
  assert.equal(readNumber(await stored(), "expiresAt"), Math.floor(closedAt / 1_000) + 30 * 86_400);
});

test("a closing while somebody seals is not lost", async () => {
  const closedAt = clock.now();
  let closing = true;
  const slow: IndexTable = {
    ...table,
    async put(...args) {
      if (closing) {
        closing = false;
        await replica().closed(incident, closedAt);
      }
      return table.put(...args);
    },
  };
  const { result } = await replica(slow).redactWith(incident, redacting("jo@shop.example"));
  assert.equal(result, "[EMAIL_1]");
  assert.equal(readNumber(await stored(), "closedAt"), closedAt);
});

test("more than an item holds is refused, not cut", async () => {
  const many = Array.from({ length: 6_000 }, (_, n) => `caller${n}@shop.example`).join("\n");
  await assert.rejects(replica().redactWith(incident, redacting(many)), { name: "VaultNotKeptError" });
  assert.equal(await stored(), undefined);
});

/** Breaks the k-th question to the store: before it is asked, or after it was answered and the answer is lost. */
function breaking(k: number, how: "fails" | "loses its reply"): IndexTable {
  let n = 0;
  const through = async <T>(ask: () => Promise<T>): Promise<T> => {
    n += 1;
    if (n !== k) return ask();
    if (how === "loses its reply") await ask();
    throw new Error(`question ${k} ${how}`);
  };
  return {
    get: (...args) => through(() => table.get(...args)),
    put: (...args) => through(() => table.put(...args)),
    update: (...args) => through(() => table.update(...args)),
    partition: (...args) => table.partition(...args),
    queryGsi: (...args) => table.queryGsi(...args),
  };
}

const FAULTS = [1, 2].flatMap((k) => (["fails", "loses its reply"] as const).map((how) => ({ k, how })));
test.each(FAULTS)(
  "when question $k to the store $how no model is asked, and the next call is whole",
  async ({ k, how }) => {
    const asked: string[] = [];
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const model: ModelPort = {
      async converse({ facts }) {
        // Whatever a model reads stands on the table by then.
        assert.ok((await stored())?.sealed);
        asked.push(facts);
        return { kind: "text", text: '{"title":"Payments fail","body":"Some payments fail."}', usage };
      },
    };
    const drafterOn = (index: IndexTable) =>
      createModelDrafter({ model, vaults: replica(index), publicTerms: [], style: prompts.style, log: silentLogger });
    const request = updateRequest({ incidentId: incident, impact: "jo@shop.example cannot pay" });
    const drafted = await drafterOn(breaking(k, how)).draftUpdate(request);
    assert.equal(drafted.author, "template");
    assert.match(drafted.note ?? "", /could not be redacted, so no model was asked/);
    assert.deepEqual(asked, []);
    assert.equal((await drafterOn(table).draftUpdate(request)).author, "model");
    assert.match(asked[0] ?? "", /"\[EMAIL_1\] cannot pay"/);
  },
);
