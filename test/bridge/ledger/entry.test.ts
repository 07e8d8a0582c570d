import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, NotCanonicalError } from "../../../bridge/ledger/canonical.ts";
import {
  bodyHash,
  EntryTooLargeError,
  genesisHash,
  MAX_BODY_BYTES,
  openEntry,
  sealEntry,
} from "../../../bridge/ledger/entry.ts";
import type { Entry, StoredEntry } from "../../../bridge/ledger/entry-types.ts";
import { anyEvent } from "../../support/event-arbitrary.ts";
import { holds } from "../../support/holds.ts";
import { alert, drafted, INCIDENT, opened, requested } from "../../support/incident-events.ts";
import { BRIDGE } from "../../support/ledgers.ts";

const entry = (change: Partial<Entry> = {}): Entry => ({
  v: 1,
  incident: INCIDENT,
  epoch: 1,
  seq: 1,
  prev: genesisHash(INCIDENT, 1),
  commandId: "alerts-1",
  actor: BRIDGE,
  at: "2026-11-21T09:14:05.000Z",
  events: [opened(), alert()],
  ...change,
});

/** As the table would hold it if somebody wrote this body and a hash that fits. */
const forged = (item: StoredEntry, body: string): StoredEntry => ({ ...item, body, hash: bodyHash(body) });

/** Every place of a value that something else could be put into. */
function placesIn(value: object): [Record<string, unknown>, string][] {
  return Object.entries(value).flatMap(([key, member]): [Record<string, unknown>, string][] => [
    [value as Record<string, unknown>, key],
    ...(typeof member === "object" && member !== null ? placesIn(member) : []),
  ]);
}

describe("an entry", () => {
  test("is hashed over the domain line and the exact text that is stored", () => {
    const item = sealEntry(entry());
    const expected = createHash("sha256").update(`incident-ledger/v1/entry\n${item.body}`).digest("hex");
    expect(item).toMatchObject({
      pk: `INC#${INCIDENT}`,
      sk: "E#000000000001",
      hash: expected,
      type: "IncidentOpened,AlertAttached",
    });
    expect(item.body).toBe(canonical(entry()));
  });

  test("begins an epoch with the hash of the incident and the epoch", () => {
    const expected = createHash("sha256").update(`incident-ledger/v1/genesis\n["${INCIDENT}",1]`).digest("hex");
    expect(genesisHash(INCIDENT, 1)).toBe(expected);
    expect(genesisHash(INCIDENT, 2)).not.toBe(expected);
    expect(genesisHash("INC-20261121-0914-AAAA", 1)).not.toBe(expected);
  });

  test("opens as what was sealed, whatever events it holds", () => {
    holds(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 1e12 - 1 }),
        (events, seq) => {
          const sealed = sealEntry(entry({ events, seq }));
          expect(openEntry(sealed)).toEqual({ ok: true, entry: entry({ events, seq }) });
        },
      ),
    );
  });

  test("with one changed character does not open", () => {
    const item = sealEntry(entry());
    holds(
      fc.property(
        fc.constantFrom("pk", "sk", "body", "hash", "type" as const),
        fc.nat(),
        fc.constantFrom("0", "a", "Z", "é", " ", '"'),
        (attribute, place, char) => {
          const text = item[attribute];
          const index = place % text.length;
          fc.pre(text[index] !== char);
          const changed = { ...item, [attribute]: `${text.slice(0, index)}${char}${text.slice(index + 1)}` };
          expect(openEntry(changed).ok).toBe(false);
        },
      ),
    );
  });

  test("longer than the ledger takes is refused with its size", () => {
    const events = Array.from({ length: 20 }, () => requested({ impact: "a".repeat(2_000) }));
    expect(() => sealEntry(entry({ events }))).toThrow(EntryTooLargeError);
    expect(() => sealEntry(entry({ events }))).toThrow(new RegExp(`ledger takes ${MAX_BODY_BYTES}`));
  });

  test("with a value outside the domain at any place is not sealed, and nothing is mended on the way", () => {
    const outside = [
      "e\u0301",
      "\ud800",
      -0,
      0.5,
      Number.NaN,
      2 ** 53,
      1n,
      undefined,
      new Date(0),
      new Map(),
      new Array(1),
    ];
    holds(
      fc.property(anyEvent, fc.nat(), fc.constantFrom(...outside), (event, place, bad) => {
        const whole = structuredClone(entry({ events: [event] }));
        const places = placesIn(whole);
        const [holder, key] = places[place % places.length] ?? [{}, ""];
        holder[key] = bad;
        expect(() => sealEntry(whole)).toThrow();
      }),
      { runs: 400 },
    );
  });

  test("with a key that objects do not hold as theirs is not sealed", () => {
    const components = JSON.parse('{"__proto__":"operational"}');
    const event = drafted();
    expect(() => sealEntry(entry({ events: [{ ...event, content: { ...event.content, components } }] }))).toThrow(
      NotCanonicalError,
    );
  });

  test.each<[string, Partial<Entry>]>([
    ["no event", { events: [] }],
    ["an unknown actor", { actor: { kind: "robot" as "human", id: "a", basis: "b" } }],
    ["a time without milliseconds", { at: "2026-11-21T09:14:05Z" }],
    ["an incident id with a look-alike letter", { incident: "INC-20261121-0914-АAAA" }],
    ["a sequence number of zero", { seq: 0 }],
    ["a hash in capitals", { prev: genesisHash(INCIDENT, 1).toUpperCase() }],
    ["a field nobody knows", { note: "x" } as Partial<Entry>],
  ])("with %s is not sealed", (_name, change) => {
    expect(() => sealEntry(entry(change))).toThrow();
  });
});

describe("opening a stored item finds", () => {
  const item = sealEntry(entry());
  const cases: [string, StoredEntry, string][] = [
    ["an edited body", { ...item, body: item.body.replace("SEV1", "SEV4") }, "hash-mismatch"],
    ["a hash in capitals", { ...item, hash: item.hash.toUpperCase() }, "hash-mismatch"],
    ["a body that is no JSON", forged(item, "{"), "not-json"],
    ["a body that is no entry", forged(item, "{}"), "not-an-entry"],
    ["a field nobody knows", forged(item, item.body.replace('"v":1', '"v":1,"w":1')), "not-an-entry"],
    ["whitespace", forged(item, item.body.replace('"v":1', '"v": 1')), "not-canonical"],
    ["a key written twice", forged(item, item.body.replace('"v":1', '"v":1,"v":1')), "not-canonical"],
    ["another spelling of a number", forged(item, item.body.replace('"seq":1', '"seq":1.0')), "not-canonical"],
    ["another spelling of a letter", forged(item, item.body.replace("Card", "\\u0043ard")), "not-canonical"],
    ["text in normal form D", forged(item, item.body.replace("Card", "Cafe\u0301")), "not-canonical"],
    ["a lone surrogate", forged(item, item.body.replace("Card", "\\ud800")), "not-canonical"],
    ["another partition", { ...item, pk: "INC#INC-20261121-0914-AAAA" }, "key-mismatch"],
    ["another place", { ...item, sk: "E#000000000002" }, "key-mismatch"],
    ["a place of another width", { ...item, sk: "E#1" }, "key-mismatch"],
    ["a type that hides an event", { ...item, type: "IncidentOpened" }, "type-mismatch"],
    ["an attribute too many", { ...item, note: "x" } as StoredEntry, "extra-attribute"],
  ];
  test.each(cases)("%s", (_name, stored, fault) => {
    expect(openEntry(stored)).toEqual({ ok: false, fault });
  });
});
