import * as z from "zod";
import { INCIDENT_CLASSES, SEVERITIES } from "../../shared/vocabulary.ts";
import { isoInstant, slackUser, text } from "./event-fields.ts";

/** Facts about alerts: how an incident begins, what attaches to it, what moves to another. The rules of `events.ts` hold here too. */

export const Links = z.strictObject({
  alertGroup: text(2_000).nullable(),
  dashboard: text(2_000).nullable(),
  silence: text(2_000).nullable(),
  runbook: text(2_000).nullable(),
  call: text(2_000).nullable(),
});
export type Links = z.infer<typeof Links>;

const IncidentOpened = z.strictObject({
  type: z.literal("IncidentOpened"),
  correlationKey: text(300),
  origin: z.enum(["alert", "person", "workflow"]),
  title: text(300),
  service: text(80),
  team: text(80).nullable(),
  severity: z.enum(SEVERITIES),
  /** How the severity came about, as a sentence fragment: `label severity=critical`, `no severity label, assumed`. */
  severityBasis: text(200),
  severityAssumed: z.boolean(),
  class: z.enum(INCIDENT_CLASSES),
  /** Whether the opening rule (or a person) opens a room at once. */
  room: z.boolean(),
  roomName: text(80),
  firingSince: isoInstant.nullable(),
  links: Links,
});

export const ALERT_KINDS = [
  "firing",
  "escalation",
  "acknowledged",
  "unacknowledged",
  "resolved",
  "unresolved",
  "silenced",
  "unsilenced",
  "notified",
] as const;

const AlertAttached = z.strictObject({
  type: z.literal("AlertAttached"),
  dedupeKey: text(300),
  source: z.enum(["oncall", "alerting"]),
  groupId: text(200),
  kind: z.enum(ALERT_KINDS),
  title: text(300),
  alertCount: z.int(),
  /** The sender's id of the person who did it; null where the sender names none. */
  by: text(100).nullable(),
  occurredAt: isoInstant,
  /** The people the sender named to be notified: its ids, with the Slack-independent user name. */
  named: z.array(z.strictObject({ id: text(100), username: text(100) })).max(50),
});

/** The rule behind the alert that opened the incident, as whoever wrote the rule called it: rules are few and say nothing of one alert. */
const AlertRuleNamed = z.strictObject({ type: z.literal("AlertRuleNamed"), rule: text(80) });

/** Which of the sender's routes an alert group took: it leads to the escalation chain, and so to people. */
const AlertRouted = z.strictObject({ type: z.literal("AlertRouted"), groupId: text(200), routeId: text(64) });

/** A person gives one alert group an incident of its own. The id is reserved; the other stream follows from this. */
const AlertGroupSplit = z.strictObject({
  type: z.literal("AlertGroupSplit"),
  correlationKey: text(300),
  to: text(32),
  by: slackUser,
});
/** These alert groups belong to another incident from now on: every later alert of theirs goes there. */
const AlertGroupsMoved = z.strictObject({
  type: z.literal("AlertGroupsMoved"),
  to: text(32),
  correlationKeys: z.array(text(300)).min(1).max(20),
});
/** Alert groups that began in another incident, as they stood when they came. */
const AlertGroupsReceived = z.strictObject({
  type: z.literal("AlertGroupsReceived"),
  from: text(32),
  groups: z
    .array(
      z.strictObject({
        correlationKey: text(300),
        source: z.enum(["oncall", "alerting"]),
        groupId: text(200),
        title: text(300),
        state: z.enum(["firing", "acknowledged", "silenced", "resolved", "none"]),
        count: z.int(),
      }),
    )
    .min(1)
    .max(20),
});

export const ALERT_EVENTS = [
  IncidentOpened,
  AlertAttached,
  AlertRuleNamed,
  AlertRouted,
  AlertGroupSplit,
  AlertGroupsMoved,
  AlertGroupsReceived,
] as const;
