import * as z from "zod";

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

/** Verification found a record that does not hold. In the incident that was opened about it, and in the product's own stream. */
const RecordBreakFound = z.strictObject({
  type: z.literal("RecordBreakFound"),
  /** Whose record; null: the log of checkpoints. */
  incident: z.string().max(64).nullable(),
  total: z.int(),
  /** The first of them. */
  findings: z
    .array(
      z.strictObject({
        epoch: z.int().nullable(),
        seq: z.int().nullable(),
        code: z.string().max(40),
        layer: z.string().max(4),
      }),
    )
    .max(20),
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

export const AUDIT_EVENTS = [
  CheckpointWitnessed,
  AuditRead,
  IncidentExported,
  RecordBreakFound,
  DetailsErased,
] as const;
