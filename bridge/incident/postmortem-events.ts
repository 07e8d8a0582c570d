import * as z from "zod";
import { text } from "./event-fields.ts";

/** Facts about the postmortem: what was written, where it was filed, and what became of it in the issue tracker. The rules of `events.ts` hold here too. */

/** The issue id we will use, written down before the first call, so that a repeat finds the same issue. */
const PostmortemReserved = z.strictObject({ type: z.literal("PostmortemReserved"), issueId: z.uuid() });
export const POSTMORTEM_PARTS = ["narrative", "impact", "contributing_factors"] as const;
const sources = z.array(z.int()).min(1).max(20);
/** What a model wrote for the postmortem and the record supports, as it is filed; nothing of it where the template was used. */
const PostmortemDrafted = z.strictObject({
  type: z.literal("PostmortemDrafted"),
  author: z.enum(["model", "template"]),
  /** Why a template was used. */
  note: text(300).nullable(),
  parts: z
    .array(
      z.strictObject({
        part: z.enum(POSTMORTEM_PARTS),
        /** Empty: inconclusive, the record does not show it. */
        sentences: z.array(z.strictObject({ text: text(500), sources })).max(20),
      }),
    )
    .max(POSTMORTEM_PARTS.length),
  /** Each becomes an issue under the id that is written down here before the first call. */
  actions: z.array(z.strictObject({ issueId: z.uuid(), text: text(200), because: text(500), sources })).max(10),
  /** How many sentences no entry supports; they are left out. */
  dropped: z.int(),
});
const PostmortemFiled = z.strictObject({
  type: z.literal("PostmortemFiled"),
  issueId: z.uuid(),
  identifier: text(50),
  url: text(2_000),
  author: z.enum(["model", "template"]),
  /** Sentences that were dropped because no entry supports them, and why a template was used. */
  note: text(500).nullable(),
});
/** Filing failed and will be tried again; said once to the room. */
const PostmortemDelayed = z.strictObject({ type: z.literal("PostmortemDelayed"), reason: text(500) });

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

export const POSTMORTEM_EVENTS = [
  PostmortemReserved,
  PostmortemDrafted,
  PostmortemFiled,
  PostmortemDelayed,
  PostmortemLinked,
  PostmortemReviewed,
] as const;
