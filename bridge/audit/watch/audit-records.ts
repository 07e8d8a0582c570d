import * as z from "zod";
import type { IndexTable } from "../../index-table/index-table.ts";
import type { Instant } from "../../platform/clock.ts";
import { type Item, number, readNumber, readText, text } from "../../platform/dynamo.ts";
import type { Finding } from "../proof/finding.ts";
import type { Walk, Watermark } from "./walk-incident.ts";

/**
 * A: open incidents from their watermark to the head. B: whole walks, one incident after the other. C: the log. `scan`: every
 * stream that has any item, so that one nobody knows of is walked too.
 */
export const PASSES = ["A", "B", "C", "scan"] as const;
export type Pass = (typeof PASSES)[number];

/** What a pass found when it last came to its end. */
export interface PassResult {
  at: Instant;
  /** Counts of the pass, by name. */
  counts: Readonly<Record<string, number>>;
  /** Of pass C: the newest checkpoint's root. */
  root?: string | undefined;
}

/** A stream that does not hold, or the log itself (`incident` null). */
export interface Broken {
  incident: string | null;
  /** What nobody has answered: while there is any, nothing is built on the stream. */
  findings: Finding[];
  /** What a person has ended by opening an epoch. */
  settled: Finding[];
  /** All of them: lists are cut at `MAX_LISTED`. */
  total: number;
}

/** What is remembered of one stream. */
export interface StreamMark {
  incident: string;
  watermark?: Watermark | undefined;
  /** When it was last walked whole. */
  walkedAt?: Instant | undefined;
  entries: number;
  uncovered: number;
  writes: number;
  approved: number;
  /** Its ledger said that it is not over, whatever the index lists. */
  open: boolean;
}

/** What verification remembers, in the index table: shared by replicas, and still there after a restart. */
export interface AuditRecords {
  marks(): Promise<StreamMark[]>;
  mark(incident: string): Promise<StreamMark | undefined>;
  /** Moves the watermark forwards; never back, whoever is slow. */
  advance(incident: string, to: Watermark): Promise<void>;
  /** Notes a whole walk and what it found. */
  walked(walk: Walk, at: Instant): Promise<void>;
  /** Notes whether the ledger of a stream that was walked says that it is not over. */
  noteOpen(incident: string, open: boolean): Promise<void>;
  brokenLog(findings: readonly Finding[]): Promise<void>;
  /** Everything that has any finding. Eventually consistent. */
  broken(): Promise<Broken[]>;
  /** Of one stream; null: of the log itself. */
  brokenOf(incident: string | null): Promise<Broken | undefined>;
  pass(pass: Pass): Promise<PassResult | undefined>;
  passed(pass: Pass, result: PassResult): Promise<void>;
  /** The largest checkpoint that was ever seen. */
  remembered(): Promise<{ size: number; root: string } | undefined>;
  /** Never a smaller one than before. */
  remember(head: { size: number; root: string }): Promise<void>;
}

/** More findings than this are counted; a person has seen enough. */
export const MAX_LISTED = 100;
/** Streams that are known; far more than an organisation has incidents. */
const MAX_STREAMS = 100_000;
const MAX_BROKEN = 1_000;

const STREAMS = "AUDIT#STREAMS";
const BROKEN = "AUDIT#BROKEN";
/** No incident is called so: ids begin with a letter. */
const LOG = "-log";
const streamKey = (incident: string): string => `AUDIT#STREAM#${incident}`;

const Findings = z.array(
  z.object({
    incident: z.string().nullable(),
    epoch: z.number().nullable(),
    seq: z.number().nullable(),
    code: z.string(),
    layer: z.string(),
  }),
);
const Counts = z.record(z.string(), z.number());

export function createAuditRecords({ index }: { index: IndexTable }): AuditRecords {
  const noteBroken = async (key: string, findings: readonly Finding[], settled: readonly Finding[]) => {
    const item = {
      findings: text(JSON.stringify(findings.slice(0, MAX_LISTED))),
      settled: text(JSON.stringify(settled.slice(0, MAX_LISTED))),
      total: number(findings.length + settled.length),
    };
    const known = await index.get(streamKey(key), "F");
    const total = findings.length + settled.length;
    // Most streams never had a finding, and most walks find what was found before.
    if (known === undefined && total === 0) return;
    if (readText(known, "findings") === item.findings.S && readText(known, "settled") === item.settled.S) return;
    await index.put({
      pk: text(streamKey(key)),
      sk: text("F"),
      ...item,
      ...(total > 0 ? { gsi1pk: text(BROKEN), gsi1sk: text(key) } : {}),
    });
  };

  return {
    marks: async () => (await index.queryGsi(STREAMS, MAX_STREAMS)).map(readMark),

    async mark(incident) {
      const item = await index.get(streamKey(incident), "M");
      return item && readMark(item);
    },

    async advance(incident, { epoch, seq, hash, at }) {
      await index.update(streamKey(incident), "M", {
        UpdateExpression:
          "SET epoch = :epoch, seq = :seq, entryHash = :hash, entryAt = :at, gsi1pk = :streams, gsi1sk = :incident",
        ConditionExpression: "attribute_not_exists(seq) OR seq < :seq",
        ExpressionAttributeValues: {
          ":epoch": number(epoch),
          ":seq": number(seq),
          ":hash": text(hash),
          ":at": text(at),
          ":streams": text(STREAMS),
          ":incident": text(incident),
        },
      });
    },

    async walked({ incident, entries, uncovered, publish, findings, settled }, at) {
      await noteBroken(incident, findings, settled);
      await index.update(streamKey(incident), "M", {
        UpdateExpression:
          "SET walkedAt = :at, entryCount = :entries, uncoveredCount = :uncovered, writeCount = :writes, approvedCount = :approved, gsi1pk = :streams, gsi1sk = :incident",
        ExpressionAttributeValues: {
          ":at": number(at),
          ":entries": number(entries),
          ":uncovered": number(uncovered),
          ":writes": number(publish.writes),
          ":approved": number(publish.approved),
          ":streams": text(STREAMS),
          ":incident": text(incident),
        },
      });
    },

    async noteOpen(incident, open) {
      await index.update(streamKey(incident), "M", {
        UpdateExpression: "SET stillOpen = :open",
        ExpressionAttributeValues: { ":open": number(open ? 1 : 0) },
      });
    },

    brokenLog: (findings) => noteBroken(LOG, findings, []),

    broken: async () => (await index.queryGsi(BROKEN, MAX_BROKEN)).map(readBroken),

    async brokenOf(incident) {
      const item = await index.get(streamKey(incident ?? LOG), "F");
      const broken = item && readBroken(item);
      return broken && broken.total > 0 ? broken : undefined;
    },

    async pass(pass) {
      const item = await index.get("AUDIT#PASS", pass);
      if (!item) return undefined;
      const at = z.number().parse(readNumber(item, "endedAt"));
      return { at, counts: Counts.parse(JSON.parse(textOf(item, "found"))), root: readText(item, "root") };
    },

    async passed(pass, { at, counts, root }) {
      await index.put(
        {
          pk: text("AUDIT#PASS"),
          sk: text(pass),
          endedAt: number(at),
          found: text(JSON.stringify(counts)),
          ...(root === undefined ? {} : { root: text(root) }),
        },
        "attribute_not_exists(pk) OR endedAt <= :at",
        { ":at": number(at) },
      );
    },

    async remembered() {
      const item = await index.get("AUDIT#LOG", "R");
      const size = readNumber(item, "leaves");
      const root = readText(item, "root");
      return size === undefined || root === undefined ? undefined : { size, root };
    },

    async remember({ size, root }) {
      await index.put(
        { pk: text("AUDIT#LOG"), sk: text("R"), leaves: number(size), root: text(root) },
        "attribute_not_exists(pk) OR leaves < :size",
        { ":size": number(size) },
      );
    },
  };
}

/** What is always there when the item is. @throws when it is not: somebody else has written here */
const textOf = (item: Item, name: string): string => z.string().parse(readText(item, name));

function readMark(item: Item): StreamMark {
  const [epoch, seq] = [readNumber(item, "epoch"), readNumber(item, "seq")];
  const [hash, at] = [readText(item, "entryHash"), readText(item, "entryAt")];
  const whole = epoch !== undefined && seq !== undefined && hash !== undefined && at !== undefined;
  return {
    incident: textOf(item, "pk").slice(streamKey("").length),
    ...(whole ? { watermark: { epoch, seq, hash, at } } : {}),
    walkedAt: readNumber(item, "walkedAt"),
    entries: readNumber(item, "entryCount") ?? 0,
    uncovered: readNumber(item, "uncoveredCount") ?? 0,
    writes: readNumber(item, "writeCount") ?? 0,
    approved: readNumber(item, "approvedCount") ?? 0,
    open: readNumber(item, "stillOpen") === 1,
  };
}

function readBroken(item: Item): Broken {
  const key = textOf(item, "pk").slice(streamKey("").length);
  const list = (name: string) => Findings.parse(JSON.parse(textOf(item, name))) as Finding[];
  return {
    incident: key === LOG ? null : key,
    findings: list("findings"),
    settled: list("settled"),
    total: z.number().parse(readNumber(item, "total")),
  };
}
