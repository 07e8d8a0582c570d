import * as z from "zod";

/** What became of the postmortem in the issue tracker after it was filed. The rules of `events.ts` hold here too. */

/** The issue carries the links: to the room, to the public incident and, where there is a place for it, to the audit bundle. */
const PostmortemLinked = z.strictObject({ type: z.literal("PostmortemLinked"), issueId: z.uuid(), links: z.int() });

/**
 * Somebody ended the issue. That it was read, or by whom, the tracker does not tell. `unseen`: it was still open when it was looked
 * at for the last time.
 */
const PostmortemReviewed = z.strictObject({
  type: z.literal("PostmortemReviewed"),
  issueId: z.uuid(),
  how: z.enum(["completed", "canceled", "unseen"]),
  /** When, by the tracker's clock; null where it was not. */
  at: z.iso.datetime().nullable(),
  /** The issue had an assignee then. */
  assigned: z.boolean(),
});

export const POSTMORTEM_EVENTS = [PostmortemLinked, PostmortemReviewed] as const;
