import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyHash, sealEntry } from "../../../bridge/ledger/entry.ts";
import type { Entry, StoredEntry } from "../../../bridge/ledger/entry-types.ts";
import { emptyHead, verifyStream } from "../../../bridge/ledger/verify-stream.ts";
import { holds } from "../../support/holds.ts";
import { alert, INCIDENT, opened } from "../../support/incident-events.ts";
import { BRIDGE } from "../../support/ledgers.ts";

const OTHER = "INC-20261121-0914-AAAA";

/** A stream that verifies; `change` may bend an entry before it is sealed, so that hashes and keys fit what it then says. */
function stream(
  length: number,
  change: (entry: Entry) => Entry = (entry) => entry,
  incident = INCIDENT,
): StoredEntry[] {
  let { hash: prev } = emptyHead(incident);
  return Array.from({ length }, (_, index) => {
    const item = sealEntry(
      change({
        v: 1,
        incident,
        epoch: 1,
        seq: index + 1,
        prev,
        commandId: `command-${index + 1}`,
        actor: BRIDGE,
        at: `2026-11-21T09:14:${String(index + 10)}.000Z`,
        events: index === 0 ? [opened()] : [alert({ dedupeKey: `alert-${index}` })],
      }),
    );
    prev = item.hash;
    return item;
  });
}

const at = (items: StoredEntry[], index: number): StoredEntry => {
  const item = items[index];
  if (!item) throw new Error(`the stream has no item ${index}`);
  return item;
};
const edited = (item: StoredEntry, from: string, to: string): StoredEntry => {
  const body = item.body.replace(from, to);
  return { ...item, body, hash: bodyHash(body) };
};
const swapped = (items: StoredEntry[], one: number, other: number): StoredEntry[] =>
  items.map((item, index) => (index === one ? at(items, other) : index === other ? at(items, one) : item));

describe("a stream", () => {
  test("that nobody touched verifies, and its head is its last entry", () => {
    const items = stream(5);
    const { entries, head, finding } = verifyStream(INCIDENT, items);
    expect(finding).toBeUndefined();
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(head).toEqual({ epoch: 1, seq: 5, hash: at(items, 4).hash, at: "2026-11-21T09:14:14.000Z" });
  });

  test("verifies from any entry on exactly as from the first", () => {
    holds(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(8), (length, cut) => {
        const items = stream(length);
        const first = verifyStream(INCIDENT, items.slice(0, cut));
        const known = new Set(first.entries.map(({ commandId }) => commandId));
        expect(verifyStream(INCIDENT, items.slice(cut), first.head, known).head).toEqual(
          verifyStream(INCIDENT, items).head,
        );
      }),
    );
  });

  const items = stream(5);
  const cases: [string, StoredEntry[], { seq: number; fault: string }][] = [
    [
      "an edit",
      items.map((item, index) => (index === 2 ? { ...item, body: item.body.replace("alert-2", "alert-9") } : item)),
      { seq: 3, fault: "hash-mismatch" },
    ],
    [
      "an edit with its hash made again",
      items.map((item, index) => (index === 2 ? edited(item, "alert-2", "alert-9") : item)),
      { seq: 4, fault: "prev-mismatch" },
    ],
    [
      "a changed time",
      items.map((item, index) => (index === 1 ? edited(item, "09:14:11", "09:14:12") : item)),
      { seq: 3, fault: "prev-mismatch" },
    ],
    ["two entries exchanged", swapped(items, 1, 2), { seq: 2, fault: "seq-gap" }],
    ["an entry taken out", items.filter((_, index) => index !== 2), { seq: 3, fault: "seq-gap" }],
    ["the first entries taken out", items.slice(1), { seq: 1, fault: "seq-gap" }],
    ["an entry twice", [...items.slice(0, 2), at(items, 1), ...items.slice(2)], { seq: 3, fault: "seq-gap" }],
    [
      "an entry of another incident",
      items.map((item, index) =>
        index === 1
          ? at(
              stream(2, (entry) => entry, OTHER),
              1,
            )
          : item,
      ),
      { seq: 2, fault: "key-mismatch" },
    ],
    [
      "an entry of another incident under our key",
      items.map((item, index) =>
        index === 1
          ? {
              ...at(
                stream(2, (entry) => entry, OTHER),
                1,
              ),
              pk: item.pk,
            }
          : item,
      ),
      { seq: 2, fault: "key-mismatch" },
    ],
    [
      "a new link to another beginning",
      items.map((item, index) => (index === 0 ? edited(item, "SEV1", "SEV4") : item)),
      { seq: 2, fault: "prev-mismatch" },
    ],
    [
      "time that falls",
      stream(5, (entry) => (entry.seq === 3 ? { ...entry, at: "2026-11-21T09:14:10.999Z" } : entry)),
      { seq: 3, fault: "time-fell" },
    ],
    [
      "a command that happened twice",
      stream(5, (entry) => (entry.seq === 4 ? { ...entry, commandId: "command-2" } : entry)),
      { seq: 4, fault: "command-repeated" },
    ],
    [
      "text in normal form D",
      items.map((item, index) => (index === 1 ? edited(item, "alert-1", "Cafe\u0301") : item)),
      { seq: 2, fault: "not-canonical" },
    ],
    [
      "whitespace",
      items.map((item, index) => (index === 1 ? edited(item, "{", "{ ") : item)),
      { seq: 2, fault: "not-canonical" },
    ],
    [
      "an attribute too many",
      items.map((item, index) => (index === 1 ? ({ ...item, ttl: "1" } as StoredEntry) : item)),
      { seq: 2, fault: "extra-attribute" },
    ],
    [
      "a body that is no JSON",
      items.map((item, index) => (index === 1 ? edited(item, "{", "") : item)),
      { seq: 2, fault: "not-json" },
    ],
    [
      "a body that is no entry",
      items.map((item, index) => (index === 1 ? { ...item, body: "{}", hash: bodyHash("{}") } : item)),
      { seq: 2, fault: "not-an-entry" },
    ],
    [
      "a type that does not fit",
      items.map((item, index) => (index === 1 ? { ...item, type: "IncidentOpened" } : item)),
      { seq: 2, fault: "type-mismatch" },
    ],
    [
      "an entry of an epoch that nothing opened",
      stream(5, (entry) => (entry.seq === 3 ? { ...entry, epoch: 2 } : entry)),
      { seq: 3, fault: "epoch-mismatch" },
    ],
    [
      "an entry that only says beside itself that an epoch begins",
      items.map((item, index) => (index === 1 ? { ...item, type: "EpochOpened" } : item)),
      { seq: 2, fault: "type-mismatch" },
    ],
  ];
  test.each(cases)("shows %s, where it is", (_name, stored, finding) => {
    const verified = verifyStream(INCIDENT, stored);
    expect(verified.finding).toEqual(finding);
    // What stands before the fault is still good.
    expect(verified.entries).toHaveLength(finding.seq - 1);
  });

  test("a command known from before the cut counts as repeated", () => {
    const all = stream(3);
    const first = verifyStream(INCIDENT, all.slice(0, 2));
    expect(verifyStream(INCIDENT, all.slice(2), first.head, new Set(["command-3"])).finding).toEqual({
      seq: 3,
      fault: "command-repeated",
    });
  });

  test("in any other order than its own does not verify", () => {
    holds(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        fc.pre(order.some((place, index) => place !== index));
        expect(
          verifyStream(
            INCIDENT,
            order.map((place) => at(items, place)),
          ).finding,
        ).toBeDefined();
      }),
    );
  });
});
