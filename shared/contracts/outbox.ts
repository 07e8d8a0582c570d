import * as z from "zod/mini";
import { LIMITS } from "../limits.ts";
import {
  DraftId,
  EffectId,
  ExecutionId,
  IncidentId,
  MessageTs,
  Sha256Hex,
  SlackChannelId,
  SlackUserId,
} from "./ids.ts";
import { ChecklistView, ContextView, DraftView, Link, MessageView } from "./views.ts";

const work = {
  effectId: EffectId,
  incidentId: IncidentId,
  /** 1 on the first try. Above 1 somebody may already have done it: look before posting. */
  attempt: z.int(),
  /** W3C `traceparent` of the incident; sent along with every report of this work. */
  trace: z.optional(z.string().check(z.maxLength(64))),
};

const BookmarkId = z.string().check(z.regex(/^[A-Za-z0-9]{1,40}$/));

/** Steps of opening a room, each repeatable and reported singly. */
export const ROOM_STEPS = [
  "create",
  "invite",
  "purpose",
  "topic",
  "bookmarks",
  "context",
  "checklist",
  "timeline",
] as const;
export type RoomStep = (typeof ROOM_STEPS)[number];

export const AssembleRoom = z.object({
  kind: z.literal("assemble-room"),
  ...work,
  /** Lower-case channel name; reserved for this incident alone. */
  name: z.string(),
  purpose: z.string(),
  topic: z.string(),
  invite: z.array(SlackUserId),
  bookmarks: z.array(Link),
  context: ContextView,
  checklist: ChecklistView,
  /** Present once the channel is known: the room is then finished, not created again. */
  channel: z.optional(SlackChannelId),
  /** Steps already reported as done. */
  done: z.array(z.enum(ROOM_STEPS)),
});
export type AssembleRoom = z.infer<typeof AssembleRoom>;

/** Post a message, or edit it where `ts` is present. */
export const PaintMessage = z.object({
  kind: z.literal("paint-message"),
  ...work,
  channel: SlackChannelId,
  ts: z.optional(MessageTs),
  /** The message to which it is a reply. */
  thread: z.optional(MessageTs),
  pin: z.boolean(),
  /** True for what was pinned before and no longer is. */
  unpin: z.optional(z.boolean()),
  message: MessageView,
  /** Names the content of `message`; told back with the report. */
  rev: z.optional(z.string().check(z.maxLength(64))),
});
export type PaintMessage = z.infer<typeof PaintMessage>;

/** Post a new approval card. The execution that posts it stays open to serve its buttons. */
export const ShowCard = z.object({ kind: z.literal("show-card"), ...work, channel: SlackChannelId, draft: DraftView });
export type ShowCard = z.infer<typeof ShowCard>;

/** Repaint an existing card without block buttons, and close the execution that served them where one is named. */
export const RepaintCard = z.object({
  kind: z.literal("repaint-card"),
  ...work,
  channel: SlackChannelId,
  ts: MessageTs,
  draft: DraftView,
  completeExecution: z.optional(ExecutionId),
});
export type RepaintCard = z.infer<typeof RepaintCard>;

/** Severity or phase moved, and the room's topic says so. `rev` names the topic. */
export const SetTopic = z.object({
  kind: z.literal("set-topic"),
  ...work,
  channel: SlackChannelId,
  topic: z.string(),
  rev: z.string().check(z.maxLength(64)),
});
export type SetTopic = z.infer<typeof SetTopic>;

/** A bookmark of the room that follows the incident: edited where its id is known, else added. */
export const SetBookmark = z.object({
  kind: z.literal("set-bookmark"),
  ...work,
  channel: SlackChannelId,
  bookmarkId: z.optional(BookmarkId),
  title: z.string(),
  url: z.string(),
});
export type SetBookmark = z.infer<typeof SetBookmark>;

/** Read messages of the room again that are in the record: people may have edited or deleted them. */
export const RereadMessages = z.object({
  kind: z.literal("reread-messages"),
  ...work,
  channel: SlackChannelId,
  messages: z.array(MessageTs).check(z.maxLength(10)),
});
export type RereadMessages = z.infer<typeof RereadMessages>;

export const ArchiveRoom = z.object({ kind: z.literal("archive-room"), ...work, channel: SlackChannelId });
export type ArchiveRoom = z.infer<typeof ArchiveRoom>;

/** Let one more person into a room that is open. */
export const InvitePerson = z.object({
  kind: z.literal("invite-person"),
  ...work,
  channel: SlackChannelId,
  userId: SlackUserId,
});
export type InvitePerson = z.infer<typeof InvitePerson>;

/** Take away a message of ours that a newer one has replaced. */
export const RemoveMessage = z.object({
  kind: z.literal("remove-message"),
  ...work,
  channel: SlackChannelId,
  ts: MessageTs,
});
export type RemoveMessage = z.infer<typeof RemoveMessage>;

/** How much of a room is read at once, for suggestions of what belongs into the record. */
export const READ_MESSAGES = 40;
export const READ_TEXT = 600;

/** Read what people wrote in the room since `after`, the newest first where there is more than is read at once. */
export const ReadRoom = z.object({
  kind: z.literal("read-room"),
  ...work,
  channel: SlackChannelId,
  after: z.optional(MessageTs),
});
export type ReadRoom = z.infer<typeof ReadRoom>;

export const OutboxItem = z.discriminatedUnion("kind", [
  AssembleRoom,
  PaintMessage,
  ShowCard,
  RepaintCard,
  SetTopic,
  SetBookmark,
  RereadMessages,
  ArchiveRoom,
  InvitePerson,
  RemoveMessage,
  ReadRoom,
]);
export type OutboxItem = z.infer<typeof OutboxItem>;

export const ClaimRequest = z.object({
  /** function_execution_id: a repeated claim by the same execution answers the same batch. */
  executionId: ExecutionId,
  reason: z.enum(["doorbell", "sweep"]),
  /** How long the bridge may hold the request while there is nothing to do. */
  waitMs: z.int().check(z.gte(0), z.lte(30_000)),
  limit: z.int().check(z.gte(1), z.lte(LIMITS.claimBatch)),
  /** True once this execution has posted a card: it can post no other. */
  cardPosted: z.boolean(),
});
export type ClaimRequest = z.infer<typeof ClaimRequest>;

export const ClaimReply = z.object({
  items: z.array(OutboxItem),
  /** Work is waiting that this claim did not hand out. */
  more: z.boolean(),
  /** How long the items are this execution's, counted from the reply. What is not begun in time may be another's by then. */
  leaseMs: z.optional(z.int()),
});
export type ClaimReply = z.infer<typeof ClaimReply>;

const executor = { executionId: ExecutionId };
const failure = z.string().check(z.maxLength(500));

/** What became of one piece of work. Several reports may come for one effect. */
export const EffectReport = z.discriminatedUnion("result", [
  /** One step of assembling the room. `create` carries channel and name; `context` and `checklist` their ts. */
  z.object({
    result: z.literal("room-step"),
    ...executor,
    step: z.enum(ROOM_STEPS),
    ok: z.boolean(),
    channel: z.optional(SlackChannelId),
    name: z.optional(z.string().check(z.maxLength(80))),
    ts: z.optional(MessageTs),
    error: z.optional(failure),
    /** Who could not be invited, with Slack's error name. */
    notInvited: z.optional(
      z.array(z.object({ userId: SlackUserId, error: failure })).check(z.maxLength(LIMITS.invites)),
    ),
  }),
  z.object({
    result: z.literal("painted"),
    ...executor,
    channel: SlackChannelId,
    ts: MessageTs,
    /** Of what it shows now; absent: the one in the effect's id. */
    rev: z.optional(z.string().check(z.maxLength(64))),
  }),
  z.object({
    result: z.literal("card-shown"),
    ...executor,
    draftId: DraftId,
    version: z.int(),
    contentHash: Sha256Hex,
    channel: SlackChannelId,
    ts: MessageTs,
  }),
  z.object({ result: z.literal("repainted"), ...executor }),
  z.object({ result: z.literal("topic-set"), ...executor }),
  z.object({ result: z.literal("bookmark-set"), ...executor, bookmarkId: BookmarkId }),
  /** `text` null: the message is gone. */
  z.object({
    result: z.literal("messages-read"),
    ...executor,
    messages: z
      .array(z.object({ ts: MessageTs, text: z.nullable(z.string().check(z.maxLength(LIMITS.publicBody))) }))
      .check(z.maxLength(10)),
  }),
  z.object({ result: z.literal("archived"), ...executor }),
  /** `error`: Slack will not let this person in, and why. */
  z.object({ result: z.literal("invited"), ...executor, error: z.optional(failure) }),
  z.object({ result: z.literal("removed"), ...executor }),
  /** Oldest first; `until`: the newest message seen, of anybody. */
  z.object({
    result: z.literal("room-read"),
    ...executor,
    messages: z
      .array(
        z.object({ ts: MessageTs, author: z.optional(SlackUserId), text: z.string().check(z.maxLength(READ_TEXT)) }),
      )
      .check(z.maxLength(READ_MESSAGES)),
    until: z.optional(MessageTs),
  }),
  z.object({ result: z.literal("failed"), ...executor, error: failure, retryAfterMs: z.optional(z.int()) }),
]);
export type EffectReport = z.infer<typeof EffectReport>;

/** `stop`: the lease is gone or the work is no longer owed; do nothing more for this effect. */
export const ReportReply = z.object({ next: z.enum(["continue", "stop"]) });
export type ReportReply = z.infer<typeof ReportReply>;
