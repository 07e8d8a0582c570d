import * as z from "zod";
import type { Checkpoint } from "../checkpoint-signer.ts";
import type { FindingCode } from "../proof/finding.ts";

/** Below this path the signer answers, so that it can share a load balancer with the bridge's own internal listener. */
const BASE = "/signer";
export const PATHS = {
  cover: `${BASE}/cover`,
  coverAll: `${BASE}/cover-all`,
  newest: `${BASE}/newest`,
  offerAgain: `${BASE}/offer-again`,
} as const;

/** Incidents in one call; more are asked for in several. */
export const MAX_INCIDENTS = 1_000;

const Incident = z.string().regex(/^[A-Za-z0-9-]{1,64}$|^_system$/, { error: "is no incident id" });
const Seq = z.int().min(1).max(999_999_999_999);
const Code = z.custom<FindingCode>((code) => typeof code === "string" && /^[a-z-]{1,40}$/.test(code));

/** Places, never hashes: what stands there the signer reads by itself. */
export const CoverRequest = z.strictObject({ incident: Incident, seq: Seq });
export const CoverAllRequest = z.strictObject({ incidents: z.array(Incident).max(MAX_INCIDENTS) });
export const EmptyRequest = z.strictObject({});

const CheckpointReply = z
  .object({ origin: z.string(), size: z.int().min(0), root: z.string().regex(/^[0-9a-f]{64}$/), at: z.int() })
  .transform(({ root, ...rest }): Checkpoint => ({ ...rest, root: Buffer.from(root, "hex") }));
const RefusedHead = z.object({ incident: z.string(), code: Code, seq: z.int().nullable() });

export const CoverReply = z.object({ checkpoint: CheckpointReply });
export const CoverAllReply = z.object({ checkpoint: CheckpointReply, refused: z.array(RefusedHead) });
export const NewestReply = z.object({ checkpoint: CheckpointReply.nullable() });
export const OfferAgainReply = z.object({ outcome: z.enum(["refused", "taken-twice", "nothing-yet"]) });

/** What stands in the body of a 409: an answer about the record or the log, which asking again does not change. */
export const Conflict = z.union([
  z.object({ refused: RefusedHead }),
  z.object({ stopped: z.object({ code: z.union([Code, z.literal("unsigned-leaf-mismatch")]), place: z.int() }) }),
]);

export const checkpointReply = ({ origin, size, root, at }: Checkpoint): z.input<typeof CheckpointReply> => ({
  origin,
  size,
  root: root.toString("hex"),
  at,
});
