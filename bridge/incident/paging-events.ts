import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { slackUser, text } from "./event-fields.ts";

/** Facts about pages to people, and about what was acknowledged for them. The rules of `events.ts` hold here too. */

export const PAGE_CAUSES = ["person", "command-offer", "handover", "command-abandoned", "approver", "runbook"] as const;
/** Somebody is to be paged. Recorded before anything is sent, by a person or (`by` null) by a rule. */
const PageRequested = z.strictObject({
  type: z.literal("PageRequested"),
  pageId: text(64),
  target: z.strictObject({
    kind: z.enum(["person", "schedule"]),
    /** Person: Slack id, or OnCall's where no Slack id is known. Schedule: OnCall's id. */
    id: text(100),
    name: text(100),
  }),
  message: text(LIMITS.note).nullable(),
  important: z.boolean(),
  by: slackUser.nullable(),
  cause: z.enum(PAGE_CAUSES),
});
/** The call to OnCall is about to be made: after a crash it may or may not have been. `groupId` null: a new alert group. */
const PageCalled = z.strictObject({
  type: z.literal("PageCalled"),
  pageId: text(64),
  n: z.int(),
  groupId: text(200).nullable(),
  /** Whom OnCall is asked to notify: its ids. */
  people: z.array(z.strictObject({ id: text(100), username: text(150), userId: slackUser.nullable() })).max(20),
});
const PageSent = z.strictObject({
  type: z.literal("PageSent"),
  pageId: text(64),
  groupId: text(200),
  link: text(2_000).nullable(),
});
/** Not sent yet, and surely so; it is tried again. Said once. */
const PageDelayed = z.strictObject({ type: z.literal("PageDelayed"), pageId: text(64), reason: text(300) });
const PageFailed = z.strictObject({ type: z.literal("PageFailed"), pageId: text(64), reason: text(300) });
/** The call may have been carried out. It is not repeated unless OnCall itself shows that it was not. */
const PageOutcomeUnknown = z.strictObject({
  type: z.literal("PageOutcomeUnknown"),
  pageId: text(64),
  reason: text(300),
});
/** This alert group came into being by a page of ours: it carries our link. It is no alert. */
const PageGroupRecognised = z.strictObject({ type: z.literal("PageGroupRecognised"), groupId: text(200) });
/** OnCall was asked, and its alert group says so. What a webhook says stands in `AlertAttached`. */
const PageAcknowledged = z.strictObject({
  type: z.literal("PageAcknowledged"),
  pageId: text(64),
  /** OnCall's id of the person. */
  by: text(100),
});
/** An alert group was acknowledged in OnCall because somebody took command: its phones stop. */
const AlertGroupAcknowledged = z.strictObject({
  type: z.literal("AlertGroupAcknowledged"),
  groupId: text(200),
  /** It was so already, or resolved. */
  already: z.boolean(),
});
/** It could not be acknowledged from here yet. Said once, tried again. */
const AcknowledgeDelayed = z.strictObject({
  type: z.literal("AcknowledgeDelayed"),
  groupId: text(200),
  reason: text(300),
});

export const PAGING_EVENTS = [
  PageRequested,
  PageCalled,
  PageSent,
  PageDelayed,
  PageFailed,
  PageOutcomeUnknown,
  PageGroupRecognised,
  PageAcknowledged,
  AlertGroupAcknowledged,
  AcknowledgeDelayed,
] as const;
