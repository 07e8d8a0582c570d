import { createHash } from "node:crypto";
import * as z from "zod";
import { RecordedEvent } from "../incident/sealed-events.ts";
import { AppError } from "../platform/app-error.ts";
import { assertCanonicalDomain, canonical, canonicalInDomain } from "./canonical.ts";
import type { RecordedEntry, StoredEntry } from "./entry-types.ts";

export const MAX_BODY_BYTES = 32 * 1024;
export const MAX_EVENTS = 100;
export const FIRST_EPOCH = 1;

const HASH = /^[0-9a-f]{64}$/;
/** Incident ids are compared exactly and hold no look-alike letters. `_system` is reserved for the product's own stream. */
const INCIDENT = /^[A-Za-z0-9-]{1,64}$|^_system$/;

const EntryBody = z.strictObject({
  v: z.literal(1),
  incident: z.string().regex(INCIDENT),
  epoch: z.int().min(1),
  seq: z.int().min(1).max(999_999_999_999),
  prev: z.string().regex(HASH),
  commandId: z.string().min(1).max(200),
  actor: z.strictObject({
    kind: z.enum(["human", "system", "model", "webhook", "workflow"]),
    id: z.string().min(1).max(200),
    basis: z.string().min(1).max(100),
  }),
  at: z.iso.datetime({ precision: 3 }),
  events: z.array(RecordedEvent).min(1).max(MAX_EVENTS),
});

/** One entry would be longer than the ledger takes. The longer payload belongs elsewhere, with its digest here. */
export class EntryTooLargeError extends AppError {
  override readonly name = "EntryTooLargeError";
  constructor(incident: string, bytes: number) {
    super(
      `entry of ${incident} would take ${bytes} bytes, the ledger takes ${MAX_BODY_BYTES}; store the payload elsewhere and record its digest`,
    );
  }
}

/** All that an item may hold. Anything beside it is unhashed, a TTL among them. */
const ATTRIBUTES: ReadonlySet<string> = new Set<keyof StoredEntry>(["pk", "sk", "body", "hash", "type"]);

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** `prev` of the first entry of an epoch. */
export const genesisHash = (incident: string, epoch: number): string =>
  sha256(`incident-ledger/v1/genesis\n${canonical([incident, epoch])}`);

export const bodyHash = (body: string): string => sha256(`incident-ledger/v1/entry\n${body}`);

export const partitionKey = (incident: string): string => `INC#${incident}`;
export const sortKey = (seq: number): string => `E#${String(seq).padStart(12, "0")}`;

/** The exact item to put for an entry. @throws NotCanonicalError, EntryTooLargeError, ZodError */
export function sealEntry(entry: RecordedEntry): StoredEntry {
  // Before the schema looks at it: what that would pass over without a word is refused too.
  assertCanonicalDomain(entry);
  const body = canonicalInDomain(EntryBody.parse(entry));
  const bytes = Buffer.byteLength(body, "utf8");
  if (bytes > MAX_BODY_BYTES) throw new EntryTooLargeError(entry.incident, bytes);
  return {
    pk: partitionKey(entry.incident),
    sk: sortKey(entry.seq),
    body,
    hash: bodyHash(body),
    type: entry.events.map((event) => event.type).join(","),
  };
}

/** Whether an entry begins a stream anew behind one that broke. */
export const opensEpoch = ({ incident, epoch, prev, events }: RecordedEntry): boolean =>
  epoch > FIRST_EPOCH && prev === genesisHash(incident, epoch) && events[0]?.type === "EpochOpened";

export type EntryFault =
  | "hash-mismatch"
  | "not-json"
  | "not-canonical"
  | "not-an-entry"
  | "key-mismatch"
  | "type-mismatch"
  | "epoch-mismatch"
  | "prev-mismatch"
  | "seq-gap"
  | "time-fell"
  | "command-repeated"
  | "extra-attribute";

/** Reads one stored item back, trusting nothing about it. */
export function openEntry(item: StoredEntry): { ok: true; entry: RecordedEntry } | { ok: false; fault: EntryFault } {
  if (Object.keys(item).some((attribute) => !ATTRIBUTES.has(attribute))) return { ok: false, fault: "extra-attribute" };
  if (item.body === "" || item.hash === "" || item.type === "") return { ok: false, fault: "not-an-entry" };
  if (!HASH.test(item.hash) || bodyHash(item.body) !== item.hash) return { ok: false, fault: "hash-mismatch" };
  let raw: unknown;
  try {
    raw = JSON.parse(item.body);
  } catch {
    return { ok: false, fault: "not-json" };
  }
  const parsed = EntryBody.safeParse(raw);
  if (!parsed.success) return { ok: false, fault: "not-an-entry" };
  // The stored string is what was hashed; another spelling of the same value is tampering all the same.
  try {
    if (canonical(parsed.data) !== item.body) return { ok: false, fault: "not-canonical" };
  } catch {
    return { ok: false, fault: "not-canonical" };
  }
  const entry: RecordedEntry = parsed.data;
  if (item.pk !== partitionKey(entry.incident) || item.sk !== sortKey(entry.seq))
    return { ok: false, fault: "key-mismatch" };
  if (item.type !== entry.events.map((event) => event.type).join(",")) return { ok: false, fault: "type-mismatch" };
  return { ok: true, entry };
}
