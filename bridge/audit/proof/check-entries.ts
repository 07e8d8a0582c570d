import { hash as digest } from "node:crypto";
import type { Finding, FindingCode, FindingLayer } from "./finding.ts";
import type { HeadLeaf } from "./log-leaf.ts";
import { canonicalText, isCanonicalFormOf } from "./strict-json.ts";

/** One item of the ledger as it is stored. A bundle holds only bodies: then `hash` and `type` are absent, and not checked. */
export interface ItemAsStored {
  pk?: string | undefined;
  sk?: string | undefined;
  body?: string | undefined;
  hash?: string | undefined;
  type?: string | undefined;
  /** Names of all other attributes. There must be none: they are not hashed. */
  others: readonly string[];
}

export interface PlainEvent {
  type: string;
  [field: string]: unknown;
}

/** An entry that is one, whether or not it fits its neighbours. */
export interface PlainEntry {
  v: 1;
  incident: string;
  epoch: number;
  seq: number;
  prev: string;
  commandId: string;
  actor: { kind: string; id: string; basis: string };
  at: string;
  events: PlainEvent[];
}

/** Where a stream stands: its newest entry, or what comes before its first. */
export interface StreamHead {
  epoch: number;
  seq: number;
  hash: string;
  at: string;
}

export interface StreamCheck {
  /** Items in order of their sort keys. Goes on after a fault: all are listed, not the first alone. */
  next(item: ItemAsStored): void;
  /** Ends the walk; heads of the log that were not reached are missing. */
  end(): StreamReport;
}

export interface StreamReport {
  incident: string;
  entries: number;
  /** First and last entry of each epoch. */
  epochs: { epoch: number; from: number; to: number }[];
  head: StreamHead;
  /** How many heads of the log were found to be this stream's, and the newest of them. */
  covered: { heads: number; newest: number };
  findings: Finding[];
}

export const FIRST_EPOCH = 1;
/** Clocks of writers and signer may differ by this much before a time counts as false. */
const CLOCKS_APART_MS = 10_000;
const HASH = /^[0-9a-f]{64}$/;
const SORT_KEY_LENGTH = "E#".length + 12;
const INCIDENT = /^[A-Za-z0-9-]{1,64}$|^_system$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** How many fields an entry and its actor have: with all of those asked for below, there are no others. */
const FIELDS = 9;
const ACTOR_FIELDS = 3;

/** In one call: of texts as short as entries, a hash object would take half the time. */
const sha256 = (text: string): string => digest("sha256", text);
export const bodyHash = (body: string): string => sha256(`incident-ledger/v1/entry\n${body}`);
export const genesisHash = (incident: string, epoch: number): string =>
  sha256(`incident-ledger/v1/genesis\n${canonicalText([incident, epoch])}`);
export const beforeFirst = (incident: string): StreamHead => ({
  epoch: FIRST_EPOCH,
  seq: 0,
  hash: genesisHash(incident, FIRST_EPOCH),
  at: "",
});

/** An entry that begins an epoch after a broken one. */
export const opensEpoch = (entry: PlainEntry): boolean =>
  entry.epoch > FIRST_EPOCH &&
  entry.prev === genesisHash(entry.incident, entry.epoch) &&
  entry.events[0]?.type === "EpochOpened";

export interface StreamCheckOptions {
  /** Where to begin, when not at the first entry. */
  from?: StreamHead | undefined;
  /** Heads of this stream that a log holds; `notAfter`: the signer's clock when it had read them. */
  heads?: readonly (HeadLeaf & { notAfter?: number | undefined })[] | undefined;
  /** Told of each entry that is one, in order. */
  onEntry?: ((entry: PlainEntry, hash: string) => void) | undefined;
}

/** Walks the stream of one incident, trusting nothing about its items. */
export function createStreamCheck(incident: string, options: StreamCheckOptions = {}): StreamCheck {
  const start = options.from ?? beforeFirst(incident);
  const partition = `INC#${incident}`;
  const findings: Finding[] = [];
  const commands = new Set<string>();
  const epochs: StreamReport["epochs"] = [];
  const heads = new Map<number, HeadLeaf & { notAfter?: number | undefined }>();
  for (const head of options.heads ?? []) if (head.seq > start.seq) heads.set(head.seq, head);
  let head = start;
  /** What the next entry may name as its predecessor: after a wrong hash both the stored and the true one. */
  let accepted: readonly string[] = [start.hash];
  let entries = 0;
  let coveredHeads = 0;
  let newestCovered = 0;

  const found = (code: FindingCode, seq: number, layer: FindingLayer = "C") => {
    findings.push({ incident, epoch: head.epoch, seq, code, layer });
  };

  /** The log says which hash stands at a place: whatever else is wrong there, that can be compared. */
  const compareWithLog = (seq: number, hash: string, at?: string) => {
    const leaf = heads.get(seq);
    if (!leaf) return;
    heads.delete(seq);
    if (leaf.hash !== hash) return found("head-mismatch", seq, "L");
    coveredHeads += 1;
    newestCovered = Math.max(newestCovered, seq);
    if (at !== undefined && leaf.notAfter !== undefined && Date.parse(at) > leaf.notAfter + CLOCKS_APART_MS)
      found("later-than-log", seq, "L");
  };

  const next = (item: ItemAsStored) => {
    entries += 1;
    const expected = head.seq + 1;
    const place = item.sk === undefined ? Number.NaN : placeOf(item.sk);
    const at = Number.isNaN(place) ? expected : place;
    if (item.others.length > 0) found("extra-attribute", at);
    // A key that is no place: nothing of it belongs into the walk, but it must be seen.
    if (item.sk !== undefined && Number.isNaN(place)) return found("key-mismatch", head.seq);
    const { body } = item;
    if (body === undefined) {
      found("not-an-entry", at);
      moveTo(at, [], undefined);
      return;
    }
    const hash = bodyHash(body);
    const stored = item.hash ?? hash;
    if (stored !== hash) found("hash-mismatch", at);
    const read = readEntry(body, head.hash);
    if (item.sk !== undefined) {
      compareWithLog(place, hash, typeof read === "string" ? undefined : read.entry.at);
    }
    if (typeof read === "string") {
      found(read, at);
      moveTo(at, [hash, stored], undefined);
      return;
    }
    const { entry, canonical } = read;
    if (!canonical) found("not-canonical", at);
    const fits =
      entry.incident === incident &&
      (item.pk === undefined || item.pk === partition) &&
      (item.sk === undefined || entry.seq === place);
    if (!fits) found("key-mismatch", at);
    if (item.sk === undefined) compareWithLog(entry.seq, hash, entry.at);
    if (item.hash !== undefined && item.type !== typeOf(entry)) found("type-mismatch", at);

    const begins = entry.epoch > head.epoch && opensEpoch(entry) && entry.incident === incident;
    if (begins) {
      head = { epoch: entry.epoch, seq: entry.seq - 1, hash: entry.prev, at: "" };
      accepted = [entry.prev];
      commands.clear();
    } else if (entry.epoch !== head.epoch) {
      found("epoch-mismatch", at);
    }
    const inPlace = entry.seq === head.seq + 1;
    if (!inPlace) found("seq-gap", head.seq + 1);
    else if (!accepted.includes(entry.prev)) found("prev-mismatch", at);
    if (entry.at < head.at) found("time-fell", at);
    const before = commands.size;
    if (commands.add(entry.commandId).size === before) found("command-repeated", at);
    moveTo(fits ? entry.seq : at, [hash, stored], entry.at);
    if (fits) options.onEntry?.(entry, hash);
  };

  const moveTo = (seq: number, hashes: readonly string[], at: string | undefined) => {
    // A second item of one place leaves the walk where it was.
    if (seq <= head.seq) return;
    accepted = hashes;
    head = { epoch: head.epoch, seq, hash: hashes[0] ?? "", at: at !== undefined && at > head.at ? at : head.at };
    const current = epochs.at(-1);
    if (current?.epoch === head.epoch) current.to = seq;
    else epochs.push({ epoch: head.epoch, from: seq, to: seq });
  };

  return {
    next,
    end() {
      for (const leaf of heads.values()) {
        findings.push({ incident, epoch: leaf.epoch, seq: leaf.seq, code: "head-missing", layer: "L" });
      }
      return { incident, entries, epochs, head, covered: { heads: coveredHeads, newest: newestCovered }, findings };
    },
  };
}

/** The place that a sort key names; none when it is not `E#` and twelve digits. Digit by digit: converting text costs more. */
function placeOf(sk: string): number {
  if (sk.length !== SORT_KEY_LENGTH || sk[0] !== "E" || sk[1] !== "#") return Number.NaN;
  let place = 0;
  for (let at = 2; at < SORT_KEY_LENGTH; at += 1) {
    const digit = sk.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    place = place * 10 + digit;
  }
  return place;
}

/** What the item beside the body must say: the types of its events, mostly one. */
function typeOf({ events }: PlainEntry): string {
  const [only] = events;
  return events.length === 1 && only ? only.type : events.map(({ type }) => type).join(",");
}

/**
 * Reads a body, or says why it is no entry at all.
 * @param before hash of the entry before, as made here: an honest entry names it, and then it need not be matched again
 */
export function readEntry(
  body: string,
  before?: string,
): { entry: PlainEntry; canonical: boolean } | "not-json" | "not-an-entry" {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "not-json";
  }
  if (!isEntry(value, before)) return "not-an-entry";
  return { entry: value, canonical: isCanonicalFormOf(body, value) };
}

function isEntry(value: unknown, before?: string): value is PlainEntry {
  if (!isObject(value) || Object.keys(value).length !== FIELDS) return false;
  const { v, incident, epoch, seq, prev, commandId, actor, at, events } = value;
  return (
    v === 1 &&
    isText(incident) &&
    INCIDENT.test(incident) &&
    isPositive(epoch) &&
    isPositive(seq) &&
    isText(prev) &&
    (prev === before || HASH.test(prev)) &&
    isText(commandId) &&
    isText(at) &&
    INSTANT.test(at) &&
    isObject(actor) &&
    Object.keys(actor).length === ACTOR_FIELDS &&
    isText(actor.kind) &&
    isText(actor.id) &&
    isText(actor.basis) &&
    Array.isArray(events) &&
    events.length > 0 &&
    events.every((event: unknown) => isObject(event) && isText(event.type))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isPositive = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
