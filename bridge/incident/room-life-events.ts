import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { NOTE_KINDS, NOTE_WAYS, NUDGE_POINTS } from "../../shared/vocabulary.ts";

/** Facts about what happens in a room over time. The rules of `events.ts` hold here too. */
const text = (max: number) => z.string().max(max);
const slackUser = text(24);
const isoInstant = z.iso.datetime();

/** What a reminder found besides the customers' waiting, as it stood then. Comes with `NudgeIssued`. */
const NudgeListed = z.strictObject({
  type: z.literal("NudgeListed"),
  n: z.int(),
  points: z
    .array(
      z.strictObject({
        about: z.enum(NUDGE_POINTS),
        text: text(300),
        /** The role it waits for, as people call it. */
        role: text(40).nullable(),
        minutesLate: z.int().nullable(),
      }),
    )
    .max(12),
});
/** The room is not reminded until `until`. */
const NudgesSilenced = z.strictObject({
  type: z.literal("NudgesSilenced"),
  by: slackUser,
  until: isoInstant,
  reason: text(LIMITS.reason),
});
const NudgesUnsilenced = z.strictObject({
  type: z.literal("NudgesUnsilenced"),
  by: slackUser,
  reason: text(LIMITS.reason).nullable(),
});

/** Something said that belongs to the record: a message of the room, or words typed for it. */
const NoteTaken = z.strictObject({
  type: z.literal("NoteTaken"),
  noteId: text(64),
  kind: z.enum(NOTE_KINDS),
  via: z.enum(NOTE_WAYS),
  text: text(LIMITS.captured),
  /** Whose words they are; null where a bot wrote them. */
  author: slackUser.nullable(),
  /** Who marked them. For a pin or a reaction it is whom Slack's event names. */
  by: slackUser,
  /** The message in the room; null for words typed with a command. */
  ts: text(24).nullable(),
  saidAt: isoInstant,
});

/** The message behind a note was edited in Slack: these are its words now. */
const NoteRevised = z.strictObject({
  type: z.literal("NoteRevised"),
  noteId: text(64),
  text: text(LIMITS.captured),
  author: slackUser.nullable(),
});
/** The message behind a note was deleted in Slack. */
const NoteWithdrawn = z.strictObject({
  type: z.literal("NoteWithdrawn"),
  noteId: text(64),
  author: slackUser.nullable(),
});
/** Slack was asked how the messages behind these notes read; what is not said to have changed had not. */
const NotesReread = z.strictObject({ type: z.literal("NotesReread"), noteIds: z.array(text(64)).max(10) });

const ResponseRated = z.strictObject({
  type: z.literal("ResponseRated"),
  by: slackUser,
  score: z.int().min(1).max(5),
  comment: text(LIMITS.note).nullable(),
});

/** What was over is not: a person says so, or (`by` null) an alert of it fired again. */
const IncidentReopened = z.strictObject({
  type: z.literal("IncidentReopened"),
  by: slackUser.nullable(),
  reason: text(LIMITS.reason),
});

/** Somebody in the room wants this person there too. What Slack says to it follows as `PersonInvited`. */
const PersonCalledIn = z.strictObject({ type: z.literal("PersonCalledIn"), userId: slackUser, by: slackUser });

/** The message that says how it ended could not be posted in the room, and is waited for no longer. */
const ClosingNotShown = z.strictObject({ type: z.literal("ClosingNotShown"), key: text(100), reason: text(500) });

/** Slack refused for a day to archive the room. It stands, and nobody tries again. */
const RoomNotArchived = z.strictObject({ type: z.literal("RoomNotArchived"), reason: text(500) });

/** A bookmark of the room shows this. */
const BookmarkSet = z.strictObject({
  type: z.literal("BookmarkSet"),
  key: text(40),
  rev: text(64),
  bookmarkId: text(40),
});

export const ROOM_LIFE_EVENTS = [
  NudgeListed,
  NudgesSilenced,
  NudgesUnsilenced,
  NoteTaken,
  ResponseRated,
  IncidentReopened,
  PersonCalledIn,
  ClosingNotShown,
  RoomNotArchived,
  BookmarkSet,
  NoteRevised,
  NoteWithdrawn,
  NotesReread,
] as const;
export type RoomLifeEvent = z.infer<(typeof ROOM_LIFE_EVENTS)[number]>;
