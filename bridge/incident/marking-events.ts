import * as z from "zod";
import { NOTE_KINDS } from "../../shared/vocabulary.ts";

/**
 * What people wrote in the room was read, up to `until`, and a model said which of it may belong into the record: names of messages,
 * none of their words. `why`: no model was asked or its answer was of no use.
 */
const RoomMarked = z.strictObject({
  type: z.literal("RoomMarked"),
  n: z.int(),
  until: z.string().max(24).nullable(),
  /** Messages of people that were read. */
  messages: z.int(),
  marks: z
    .array(z.strictObject({ ts: z.string().max(24), kind: z.enum(NOTE_KINDS), author: z.string().max(24).nullable() }))
    .max(10),
  why: z.string().max(300).nullable(),
});

export const MARKING_EVENTS = [RoomMarked] as const;
