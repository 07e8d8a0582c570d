import { setTimeout as wait } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { IncidentEvent } from "../../bridge/incident/events.ts";
import type { Entry, StoredEntry } from "../../bridge/ledger/entry-types.ts";
import { createLedger, type Ledger } from "../../bridge/ledger/ledger.ts";
import { createLedgerStore, type LedgerStore, type NewestEntry } from "../../bridge/ledger/ledger-store.ts";
import { verifyStream } from "../../bridge/ledger/verify-stream.ts";
import type { Clock } from "../../bridge/platform/clock.ts";
import { type Random, systemRandom } from "../../bridge/platform/random.ts";
import { LEDGER_TABLE } from "./dynalite.ts";
import { INCIDENT } from "./incident-events.ts";
import { memoryWords, readable, withWords } from "./memory-words.ts";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
let made = 0;

/** An incident id that no other test of this file has used. */
export function freshIncident(): string {
  made += 1;
  const code = [3, 2, 1, 0].map((place) => ALPHABET[Math.floor(made / 32 ** place) % 32]).join("");
  return `${INCIDENT.slice(0, -4)}${code}`;
}

export const storeOf = (client: Pick<DynamoDBClient, "send">): LedgerStore =>
  createLedgerStore({ dynamo: client, table: LEDGER_TABLE });

/** A ledger as one replica has it: its own memory, the shared store. */
export function ledgerOn(
  store: LedgerStore,
  clock: Clock,
  options: Partial<Parameters<typeof createLedger>[0]> & { random?: Random } = {},
): Ledger {
  const deps = { store, clock, random: systemRandom, sleep: (ms: number) => wait(ms), keepWords: memoryWords.keep };
  return readable(createLedger({ ...deps, ...options }), clock);
}

export const BRIDGE = { kind: "system", id: "bridge", basis: "effect" } as const;

/** Appends these events as one entry. */
export const append = (ledger: Ledger, incident: string, commandId: string, ...events: IncidentEvent[]) =>
  ledger.execute(incident, { commandId, actor: BRIDGE }, () => ({ kind: "happened", events }));

/** What the store holds, verified from genesis by nobody's memory. */
export async function storedEntries(store: LedgerStore, incident: string): Promise<Entry[]> {
  const { entries, finding } = verifyStream(incident, await store.read(incident, 0));
  if (finding) throw new Error(`the stream of ${incident} does not verify at ${finding.seq}: ${finding.fault}`);
  return entries.map((entry) => withWords(entry));
}

/** An error as the store's client throws it when it cannot say whether the store acted. */
export function storeFailure(code = "ECONNRESET"): Error {
  return Object.assign(new Error(`store: ${code}`), { code });
}

/** A store in memory that keeps what the real one promises, for faults that the real one cannot be talked into. */
export function memoryStore(): LedgerStore & NewestEntry & { items: Map<string, StoredEntry> } {
  const items = new Map<string, StoredEntry>();
  return {
    items,
    put: async (item) => {
      const key = `${item.pk} ${item.sk}`;
      if (items.has(key)) return "taken";
      items.set(key, item);
      return "put";
    },
    read: async (incident, afterSeq) =>
      [...items.values()]
        .filter(({ pk, sk }) => pk === `INC#${incident}` && Number(sk.slice(2)) > afterSeq)
        .sort((a, b) => (a.sk < b.sk ? -1 : 1)),
    newest: async (incident) =>
      [...items.values()]
        .filter(({ pk }) => pk === `INC#${incident}`)
        .sort((a, b) => (a.sk < b.sk ? -1 : 1))
        .at(-1),
  };
}
