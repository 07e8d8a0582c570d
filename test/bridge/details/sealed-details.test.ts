import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commitmentTo as provedCommitment } from "../../../bridge/audit/proof/check-details.ts";
import { commitmentTo, SALT_BYTES } from "../../../bridge/details/commitment.ts";
import { masterKeyWrapping } from "../../../bridge/details/key-wrapping.ts";
import { createSealedDetails, DetailsNotKeptError } from "../../../bridge/details/sealed-details.ts";
import { createIndexTable, type IndexTable } from "../../../bridge/index-table/index-table.ts";
import { canonical, NotCanonicalError } from "../../../bridge/ledger/canonical.ts";
import type { Item } from "../../../bridge/platform/dynamo.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { seal } from "../../../bridge/platform/sealed-box.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { holds } from "../../support/holds.ts";
import { storeFailure } from "../../support/ledgers.ts";
import { readsMeet } from "../../support/reads-meet.ts";

const MASTER = "a master key of at least thirty-two characters";
const WORDS = { text: "Ask jo@shop.example, +49 151 0000000" };
let store: LocalStore;
let table: IndexTable;
beforeAll(async () => {
  store = await startDynalite();
  table = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
});
afterAll(() => store[Symbol.asyncDispose]());

let made = 0;
let incident = "";
beforeEach(() => {
  made += 1;
  incident = `INC-${made}`;
});

const replica = ({ index = table, master = MASTER, name = INDEX_TABLE } = {}) =>
  createSealedDetails({
    index,
    table: name,
    wrapping: masterKeyWrapping(async () => master),
    log: silentLogger,
  });
const items = (of = incident) => table.partition(`DETAILS#${of}`);
const detail = async (of = incident): Promise<Item> => {
  const found = (await items(of)).find(({ sk }) => sk?.S?.startsWith("D#"));
  if (!found) throw new Error("no words are kept");
  return found;
};
const keyItem = async (of = incident): Promise<Item> => (await table.get(`DETAILS#${of}`, "KEY")) ?? {};
const shown = async (of = incident, by = replica()) => [...(await by.reveal(of)).values()];

describe("words that are kept", () => {
  test("are given back by every replica, with the salt that proves them", async () => {
    const [first, second] = await replica().keep(incident, [WORDS, { text: "Rolled back." }]);
    const revealed = await replica().reveal(incident);
    expect([...revealed.keys()].sort()).toEqual([first, second].sort());
    const kept = revealed.get(first ?? "");
    if (!kept || kept === "unreadable") throw new Error("the words are gone");
    expect(kept.words).toEqual(WORDS);
    expect(provedCommitment(Buffer.from(kept.salt, "hex"), kept.words)).toBe(first);
  });

  test("stand in the store as nothing that can be read, and the same words never twice as the same bytes", async () => {
    const [[first], [second]] = [await replica().keep(incident, [WORDS]), await replica().keep(incident, [WORDS])];
    expect(first).not.toBe(second);
    const stored = (await items()).filter(({ sk }) => sk?.S?.startsWith("D#"));
    expect(stored.map((item) => Object.keys(item).sort())).toEqual(
      Array(2).fill(["keyId", "others", "pk", "sealed", "sk"]),
    );
    const nonces = stored.map(({ sealed }) =>
      Buffer.from(sealed?.B ?? [])
        .subarray(0, 12)
        .toString("hex"),
    );
    expect(new Set(nonces).size).toBe(2);
    for (const item of await items()) {
      const bytes = Buffer.from(JSON.stringify(item) + Buffer.from(item.sealed?.B ?? []).toString("latin1"));
      expect(bytes.toString("latin1")).not.toMatch(/jo@shop|0000000/);
    }
  });

  test("of one incident have one key, though two replicas begin at the same moment", async () => {
    const late = readsMeet(table);
    await Promise.all([1, 2].map((n) => replica({ index: late }).keep(incident, [{ text: `note ${n}` }])));
    expect(new Set((await items()).map(({ keyId }) => keyId?.S)).size).toBe(1);
    expect(await shown()).toHaveLength(2);
  });

  test("are written once for all events of an entry, after one look at the key", async () => {
    await replica().keep(incident, [WORDS]);
    const calls: string[] = [];
    const counted: IndexTable = {
      ...table,
      get: (...call) => {
        calls.push("get");
        return table.get(...call);
      },
      put: (...call) => {
        calls.push("put");
        return table.put(...call);
      },
    };
    await replica({ index: counted }).keep(incident, Array(20).fill(WORDS));
    expect(calls).toEqual(["get", "put"]);
    expect(await shown()).toHaveLength(21);
  });

  test("of one event by itself, as they were kept before, are read as ever", async () => {
    const [commit = ""] = await replica().keep(incident, [WORDS]);
    const kept = (await replica().reveal(incident)).get(commit);
    const { keyId, wrappedKey } = await keyItem();
    const place = (sk: string, attribute: string) =>
      canonical([INDEX_TABLE, `DETAILS#${incident}`, sk, attribute, keyId?.S ?? ""]);
    const key = await masterKeyWrapping(async () => MASTER).unwrap(
      wrappedKey?.B ?? new Uint8Array(0),
      place("KEY", "wrappedKey"),
    );
    const sealed = seal(Buffer.from(JSON.stringify(kept)), key, place(`D#${commit}`, "sealed"));
    const { others: _, ...item } = await detail();
    await table.put({ ...item, sealed: { B: sealed } });
    expect((await replica().reveal(incident)).get(commit)).toEqual(kept);
  });

  test("are refused when no key can be agreed on, and when they have no canonical form", async () => {
    const never: IndexTable = { ...table, put: async () => false };
    await expect(replica({ index: never }).keep(incident, [WORDS])).rejects.toThrow(DetailsNotKeptError);
    await expect(replica().keep(incident, [{ text: "e\u0301" }])).rejects.toThrow(NotCanonicalError);
  });

  test("are not said to be kept when the store fails", async () => {
    await replica().keep(incident, [WORDS]);
    const failing: IndexTable = { ...table, put: async () => Promise.reject(storeFailure()) };
    await expect(replica({ index: failing }).keep(incident, [WORDS])).rejects.toThrow("ECONNRESET");
  });
});

describe("a ciphertext opens nowhere else", () => {
  const UNREADABLE = ["unreadable"];

  test("not as other words of its incident", async () => {
    await replica().keep(incident, [WORDS]);
    const [other = ""] = await replica().keep(incident, [{ text: "other" }]);
    const [first] = (await items()).filter(({ sk }) => sk?.S?.startsWith("D#") && sk.S !== `D#${other}`);
    await table.put({ ...first, sk: { S: `D#${other}` } } as Item);
    expect((await replica().reveal(incident)).get(other)).toBe("unreadable");
  });

  test("not as words that it is only said to hold", async () => {
    const [commit = ""] = await replica().keep(incident, [WORDS]);
    const claimed = "0".repeat(64);
    await table.put({ ...(await detail()), others: { L: [{ S: claimed }] } });
    expect([...(await replica().reveal(incident))]).toEqual([
      [commit, expect.objectContaining({ words: WORDS })],
      [claimed, "unreadable"],
    ]);
  });

  test("not in another incident, though its key is taken there too", async () => {
    const there = `${incident}-there`;
    await replica().keep(incident, [WORDS]);
    const to = { pk: { S: `DETAILS#${there}` } };
    await table.put({ ...(await detail()), ...to });
    await table.put({ ...(await keyItem()), ...to });
    expect(await shown(there)).toEqual(UNREADABLE);
  });

  test("not under the key of another incident", async () => {
    const there = `${incident}-there`;
    await replica().keep(incident, [WORDS]);
    await replica().keep(there, [WORDS]);
    const { keyId } = await keyItem(there);
    const moved = { ...(await detail()), pk: { S: `DETAILS#${there}` }, sk: { S: `D#${"0".repeat(64)}` }, keyId };
    await table.put(moved as Item);
    expect((await replica().reveal(there)).get("0".repeat(64))).toBe("unreadable");
  });

  test("not in another table, and not under another master key", async () => {
    await replica().keep(incident, [WORDS]);
    expect(await shown(incident, replica({ name: "another" }))).toEqual(UNREADABLE);
    expect(await shown(incident, replica({ master: "another master key of thirty-two chars" }))).toEqual(UNREADABLE);
  });

  test("not when a byte of it was changed, or all of them are gone", async () => {
    await replica().keep(incident, [WORDS]);
    const item = await detail();
    const bytes = Buffer.from(item.sealed?.B ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await table.put({ ...item, sealed: { B: new Uint8Array(bytes) } });
    expect(await shown()).toEqual(UNREADABLE);
    const { sealed: _, ...bare } = item;
    await table.put(bare);
    expect(await shown()).toEqual(UNREADABLE);
  });

  test("while a fault of the key's keeper is no loss: it is thrown", async () => {
    await replica().keep(incident, [WORDS]);
    const away = createSealedDetails({
      index: table,
      table: INDEX_TABLE,
      wrapping: masterKeyWrapping(() => Promise.reject(new Error("secrets are away"))),
      log: silentLogger,
    });
    await expect(away.reveal(incident)).rejects.toThrow("secrets are away");
  });
});

test("a partition larger than one page of the store is read whole", async () => {
  const note = { text: "x".repeat(100_000) };
  for (let n = 0; n < 14; n += 1) await replica().keep(incident, [note]);
  expect(await shown()).toHaveLength(14);
});

test("whoever records and whoever checks commit to words in the same way", () => {
  holds(
    fc.property(
      fc.uint8Array({ minLength: SALT_BYTES, maxLength: SALT_BYTES }),
      fc.dictionary(fc.constantFrom("text", "reason", "note"), fc.option(fc.string({ unit: "grapheme" }))),
      (salt, said) => {
        const words = Object.fromEntries(
          Object.entries(said).map(([key, text]) => [key, text?.normalize("NFC") ?? null]),
        );
        expect(provedCommitment(salt, words)).toBe(commitmentTo(salt, words));
      },
    ),
  );
});
