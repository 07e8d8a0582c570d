import type { LogStore } from "../../bridge/audit/proof/log-store.ts";
import { type SigningKey, seedKey } from "../../bridge/audit/signing-key.ts";
import type { StoredStreams } from "../../bridge/audit/stored-streams.ts";
import type { IncidentEvent } from "../../bridge/incident/events.ts";
import { FIRST_EPOCH, genesisHash, sealEntry } from "../../bridge/ledger/entry.ts";
import type { StoredEntry } from "../../bridge/ledger/entry-types.ts";

export const ORIGIN = "incident-response/audit-log";
/** A key of these tests: a seed that everybody can read opens nothing. */
export const testKey = (fill = 7, name = ORIGIN): SigningKey => seedKey(name, new Uint8Array(32).fill(fill));

/** A log in memory that keeps what the real ones promise. */
export function memoryLog(): LogStore & { objects: Map<string, string> } {
  const objects = new Map<string, string>();
  return {
    objects,
    putOnce: async (key, text) => {
      if (objects.has(key)) return "taken";
      objects.set(key, text);
      return "put";
    },
    get: async (key) => objects.get(key),
    list: async (prefix, after = "") =>
      [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort(),
  };
}

/** Items as a store would give them, for whoever tampers. */
export function memoryStreams(): StoredStreams & { items_: Map<string, StoredEntry & { [other: string]: string }> } {
  const items = new Map<string, StoredEntry & { [other: string]: string }>();
  const known = new Set(["pk", "sk", "body", "hash", "type"]);
  return {
    items_: items,
    async *items(incident, afterSeq = 0) {
      const after = afterSeq === 0 ? "" : `E#${String(afterSeq).padStart(12, "0")}`;
      const mine = [...items.values()].filter(({ pk, sk }) => pk === `INC#${incident}` && sk > after);
      mine.sort((a, b) => (a.sk < b.sk ? -1 : 1));
      for (const { pk, sk, body, hash, type, ...rest } of mine) {
        yield { pk, sk, body, hash, type, others: Object.keys(rest).filter((name) => !known.has(name)) };
      }
    },
    async *incidents() {
      yield* new Set([...items.values()].map(({ pk }) => pk.slice("INC#".length)));
    },
  };
}

export const nudge = (n: number): IncidentEvent => ({ type: "NudgeIssued", n, reason: `reminder ${n}` });

/** An honest stream of `count` entries. */
export function honestStream(
  incident: string,
  count: number,
  eventsOf: (seq: number) => IncidentEvent[] = (seq) => [nudge(seq)],
  begins = Date.parse("2026-11-21T09:14:05.000Z"),
): StoredEntry[] {
  const items: StoredEntry[] = [];
  let prev = genesisHash(incident, FIRST_EPOCH);
  for (let seq = 1; seq <= count; seq += 1) {
    const item = sealEntry({
      v: 1,
      incident,
      epoch: FIRST_EPOCH,
      seq,
      prev,
      commandId: `command-${seq}`,
      actor: eventsOf(seq).some(({ type }) => type === "ApprovalGranted")
        ? { kind: "human", id: "U07JORDANO5", basis: "approver-group" }
        : { kind: "system", id: "bridge", basis: "effect" },
      at: new Date(begins + seq * 1_000).toISOString(),
      events: eventsOf(seq),
    });
    items.push(item);
    prev = item.hash;
  }
  return items;
}
