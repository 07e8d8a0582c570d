import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { PUBLIC_STATUSES } from "../../shared/vocabulary.ts";
import { Content } from "./content-schema.ts";

/** Facts about the record itself. The rules of `events.ts` hold here too. */

/** A checkpoint covers the record up to a publication, or to the end; its digest is then told where others keep it. */
const CheckpointWitnessed = z.strictObject({
  type: z.literal("CheckpointWitnessed"),
  /** The draft that became public; null for the end of the incident. */
  draftId: z.string().max(20).nullable(),
  size: z.int(),
  /** First 16 hex digits of the root. */
  root16: z.string().regex(/^[0-9a-f]{16}$/),
});

/** The clock of whoever wrote this entry was behind the entry before, whose time it keeps. Said once an hour an incident. */
const ClockSkewSeen = z.strictObject({
  type: z.literal("ClockSkewSeen"),
  skewMs: z.int(),
});

/** Somebody has read how the record stands. In the product's own stream only. */
const AuditRead = z.strictObject({
  type: z.literal("AuditRead"),
  /** As the reader's credential names it. */
  reader: z.string().max(64),
  what: z.enum(["verify", "controls"]),
  incident: z.string().max(64).nullable(),
  mode: z.enum(["cached", "live"]).nullable(),
  outcome: z.enum(["ok", "broken", "stale", "unknown", "listed"]),
});

const finding = z.strictObject({
  epoch: z.int().nullable(),
  seq: z.int().nullable(),
  code: z.string().max(40),
  layer: z.string().max(4),
});

/** Verification found a record that does not hold. In the incident that was opened about it, and in the product's own stream. */
const RecordBreakFound = z.strictObject({
  type: z.literal("RecordBreakFound"),
  /** Whose record; null: the log of checkpoints. */
  incident: z.string().max(64).nullable(),
  total: z.int(),
  /** The first of them. */
  findings: z.array(finding).max(20),
});

/** The room of that incident, which is told too: in the incident that was opened about the break. */
const BrokenRoomFound = z.strictObject({
  type: z.literal("BrokenRoomFound"),
  /** Whose record it is. Only an incident of this form has a room. */
  incident: z.string().regex(/^INC-\d{8}-\d{4}-[A-Z0-9]{4}$/),
  channel: z.string().max(24),
});

/** The words of an incident can be read by nobody any more. In the product's own stream only. */
const DetailsErased = z.strictObject({
  type: z.literal("DetailsErased"),
  incident: z.string().max(64),
  /** How many events' words that were. */
  details: z.int(),
  erasedAt: z.iso.datetime(),
  /** Id of the request that asked for it. */
  because: z.string().max(100),
});

/** Somebody took an incident's whole record away. In the product's own stream only, written before the first byte was sent. */
const IncidentExported = z.strictObject({
  type: z.literal("IncidentExported"),
  reader: z.string().max(64),
  incident: z.string().max(64),
  /** Size of the checkpoint that covers what was exported; 0 where there was none, and then why. */
  logSize: z.int(),
  uncovered: z.string().max(300).nullable(),
  withDetails: z.boolean(),
});

const place = z.strictObject({ seq: z.int(), hash: z.string().regex(/^([0-9a-f]{64})?$/) });

/**
 * A person began the record of this incident anew behind one that does not verify. What they restate follows in the same entry, as
 * the events it would have been; what no such event could say without claiming that it happened now stands here.
 */
const EpochOpened = z.strictObject({
  type: z.literal("EpochOpened"),
  epoch: z.int(),
  /** Who ran the command, as they signed it. */
  by: z.string().max(100),
  reason: z.string().max(LIMITS.reason),
  /** The last entry before the first that does not hold; null where none holds. */
  lastGood: place.nullable(),
  headAsFound: place,
  /** The first hundred of them, and how many there were. */
  findings: z.array(finding).max(100),
  total: z.int(),
  /** When the incident began. */
  openedAt: z.iso.datetime().nullable(),
  /** What customers can read on the page now. */
  public: z
    .strictObject({
      targetId: z.string().max(64),
      url: z.string().max(2_000),
      rev: z.string().max(200),
      title: z.string().max(LIMITS.publicTitle),
      status: z.enum(PUBLIC_STATUSES),
      body: z.string().max(LIMITS.publicBody),
      publishedAt: z.iso.datetime(),
    })
    .nullable(),
  /** A publication of which nobody knows how it ended: a person must look at the page. */
  attempt: z
    .strictObject({
      draftId: z.string().max(20),
      version: z.int(),
      attemptId: z.string().max(64),
      n: z.int(),
      contentHash: z.string().regex(/^[0-9a-f]{64}$/),
      content: Content,
      startedAt: z.iso.datetime(),
    })
    .nullable(),
});

/** Somebody decided to begin a record anew. In the product's own stream, before it is done. */
const EpochDecided = z.strictObject({
  type: z.literal("EpochDecided"),
  incident: z.string().max(64),
  epoch: z.int(),
  by: z.string().max(100),
  reason: z.string().max(LIMITS.reason),
});

/** A credential of the product itself ends within a day, or has ended. In the incident that was opened about it. */
const CredentialExpiryFound = z.strictObject({
  type: z.literal("CredentialExpiryFound"),
  /** As metrics name it. */
  credential: z.string().max(200),
  /** As people call it. */
  title: z.string().max(200),
  endsAt: z.iso.datetime(),
  /** Who replaces it. */
  whose: z.string().max(200),
  /** What to do, with the command. */
  next: z.string().max(600),
});

export const AUDIT_EVENTS = [
  CheckpointWitnessed,
  AuditRead,
  IncidentExported,
  RecordBreakFound,
  BrokenRoomFound,
  DetailsErased,
  EpochOpened,
  EpochDecided,
  CredentialExpiryFound,
  ClockSkewSeen,
] as const;
