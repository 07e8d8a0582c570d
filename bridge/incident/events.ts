import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { OUTCOMES, SEVERITIES } from "../../shared/vocabulary.ts";
import { ALERT_EVENTS } from "./alert-events.ts";
import { AUDIT_EVENTS } from "./audit-events.ts";
import { COMMAND_EVENTS } from "./command-events.ts";
import { slackUser, text } from "./event-fields.ts";
import { GATE_EVENTS } from "./gate-events.ts";
import { MARKING_EVENTS } from "./marking-events.ts";
import { PAGING_EVENTS } from "./paging-events.ts";
import { POSTMORTEM_EVENTS } from "./postmortem-events.ts";
import { ROOM_LIFE_EVENTS } from "./room-life-events.ts";
import { RUNBOOK_EVENTS } from "./runbook-events.ts";
import { WORKFLOW_EVENTS } from "./workflow-events.ts";

/**
 * Every fact an incident can hold. These names and fields are hashed for ever:
 * a field is never renamed or given another meaning, only events are added.
 * Absent is `null`, never a missing key: a canonical form must not depend on who forgot what.
 */

const RoomRequested = z.strictObject({ type: z.literal("RoomRequested"), severity: z.enum(SEVERITIES) });

const RespondersFound = z.strictObject({
  type: z.literal("RespondersFound"),
  /** Where the people came from; `several` when more than one source named somebody who could be found. */
  source: z.enum(["webhook", "schedule", "chain", "directory", "several", "fallback", "none"]),
  /** Says which sources they were, what could not be read, and why there is nobody where that is so. */
  note: text(500),
  people: z.array(z.strictObject({ userId: slackUser, name: text(100) })).max(LIMITS.invites),
  missing: z.array(z.strictObject({ name: text(100), why: text(200) })).max(LIMITS.invites),
  first: slackUser.nullable(),
});

const ContextGathered = z.strictObject({
  type: z.literal("ContextGathered"),
  readings: z
    .array(z.strictObject({ label: text(80), value: text(500).nullable(), why: text(200).nullable() }))
    .max(20),
});

/** The questions a first message answers, in the order in which people read them. */
export const CONTEXT_PARTS = [
  "error_rate",
  "latency",
  "saturation",
  "deploys",
  "commits",
  "logs",
  "traces",
  "owners",
] as const;

/** Some answers about what was going on when people were called; others follow until `complete`. */
const ContextRead = z.strictObject({
  type: z.literal("ContextRead"),
  readings: z
    .array(
      z.strictObject({
        part: z.enum(CONTEXT_PARTS),
        label: text(80),
        /** Null where there is none, and `why` says so; it is never a zero. */
        value: text(500).nullable(),
        why: text(200).nullable(),
        details: z.array(text(200)).max(5),
      }),
    )
    .max(20),
  links: z.array(z.strictObject({ title: text(80), url: text(2_000) })).max(10),
  complete: z.boolean(),
});

const RoomCreated = z.strictObject({ type: z.literal("RoomCreated"), channel: text(24), name: text(80) });
const RoomStepDone = z.strictObject({
  type: z.literal("RoomStepDone"),
  step: z.enum(["create", "invite", "purpose", "topic", "bookmarks", "context", "checklist", "timeline"]),
  ok: z.boolean(),
  error: text(500).nullable(),
  notInvited: z.array(z.strictObject({ userId: slackUser, error: text(500) })).max(LIMITS.invites),
});
/** The room exists, people are in and the first message stands. Later steps may still be owed. */
const RoomOpened = z.strictObject({ type: z.literal("RoomOpened"), channel: text(24) });
const RoomArchived = z.strictObject({ type: z.literal("RoomArchived"), channel: text(24) });

const DoorbellRungAgain = z.strictObject({ type: z.literal("DoorbellRungAgain"), afterMs: z.int() });
/** The assembly watchdog spoke because no room had opened. */
const WatchdogSpoke = z.strictObject({
  type: z.literal("WatchdogSpoke"),
  afterMs: z.int(),
  alertsChannel: z.enum(["posted", "failed"]),
  fallbackWebhook: z.enum(["posted", "failed", "not-configured"]),
  error: text(500).nullable(),
});

/** A message that follows the state was posted or edited. `rev` names the content it shows. */
const MessagePainted = z.strictObject({
  type: z.literal("MessagePainted"),
  key: text(100),
  rev: text(64),
  channel: text(24),
  ts: text(24),
});

const IncidentResolved = z.strictObject({
  type: z.literal("IncidentResolved"),
  outcome: z.enum(OUTCOMES),
  summary: text(LIMITS.summary),
  duplicateOf: text(32).nullable(),
});

const NudgeIssued = z.strictObject({ type: z.literal("NudgeIssued"), n: z.int(), reason: text(300) });

/** Somebody outside the room asks the commander to be let in. */
const JoinRequested = z.strictObject({
  type: z.literal("JoinRequested"),
  userId: slackUser,
  reason: text(LIMITS.reason).nullable(),
});
const JoinAccepted = z.strictObject({ type: z.literal("JoinAccepted"), userId: slackUser, by: slackUser });
/** One more person was invited into the open room; `error` where Slack would not let them in. */
const PersonInvited = z.strictObject({
  type: z.literal("PersonInvited"),
  userId: slackUser,
  error: text(500).nullable(),
});
/** A message that a newer one has replaced was taken away. */
const MessageRemoved = z.strictObject({ type: z.literal("MessageRemoved"), key: text(100) });

/** A piece of Slack work failed; it stays owed. Recorded for the first few attempts only. */
const EffectFailed = z.strictObject({
  type: z.literal("EffectFailed"),
  effectId: text(200),
  attempt: z.int(),
  error: text(500),
});

export const IncidentEvent = z.discriminatedUnion("type", [
  RoomRequested,
  RespondersFound,
  ContextGathered,
  ContextRead,
  RoomCreated,
  RoomStepDone,
  RoomOpened,
  RoomArchived,
  DoorbellRungAgain,
  WatchdogSpoke,
  MessagePainted,
  IncidentResolved,
  NudgeIssued,
  JoinRequested,
  JoinAccepted,
  PersonInvited,
  MessageRemoved,
  EffectFailed,
  ...ALERT_EVENTS,
  ...COMMAND_EVENTS,
  ...PAGING_EVENTS,
  ...GATE_EVENTS,
  ...POSTMORTEM_EVENTS,
  ...RUNBOOK_EVENTS,
  ...ROOM_LIFE_EVENTS,
  ...AUDIT_EVENTS,
  ...WORKFLOW_EVENTS,
  ...MARKING_EVENTS,
]);
export type IncidentEvent = z.infer<typeof IncidentEvent>;
export type EventOf<T extends IncidentEvent["type"]> = Extract<IncidentEvent, { type: T }>;
