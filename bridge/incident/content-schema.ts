import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { COMPONENT_STATUSES, PUBLIC_STATUSES } from "../../shared/vocabulary.ts";

const text = (max: number) => z.string().max(max);

/** All that will be sent, and nothing else is. Hashed as `contentHash`. */
export const Content = z.strictObject({
  v: z.literal(1),
  pageId: text(64),
  incidentId: text(32),
  op: z.enum(["create", "update", "resolve"]),
  targetId: text(64).nullable(),
  /** Id and status of the target's newest update; null for create. */
  expectedTargetRev: text(200).nullable(),
  title: text(LIMITS.publicTitle),
  status: z.enum(PUBLIC_STATUSES),
  body: text(LIMITS.publicBody),
  components: z.record(text(64), z.enum(COMPONENT_STATUSES)),
  impactOverride: z.enum(["none", "maintenance", "minor", "major", "critical"]).nullable(),
  notify: z.boolean(),
  marker: z.string().regex(/^ic-[0-9a-f]{16}$/),
});
export type Content = z.infer<typeof Content>;
