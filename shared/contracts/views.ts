import * as z from "zod/mini";
import { CARD_ACTIONS, COMPONENT_STATUSES, OUTCOMES, PHASES, PUBLIC_STATUSES, SEVERITIES } from "../vocabulary.ts";
import { DraftId, IncidentId, Sha256Hex, SlackUserId } from "./ids.ts";

/** A workflow button: opens the form behind a link trigger. `url` differs per workspace, so the bridge sends it. */
export const Control = z.object({
  label: z.string(),
  url: z.string(),
  style: z.optional(z.enum(["primary", "danger"])),
  /** Handed to the form as hints; never proof of anything. */
  inputs: z.record(z.string(), z.string()),
});
export type Control = z.infer<typeof Control>;

export const Link = z.object({ title: z.string(), url: z.string() });
export type Link = z.infer<typeof Link>;

/** One line of live context. `value` absent means unavailable, and `why` then says so; it is never shown as zero. */
export const Reading = z.object({
  label: z.string(),
  value: z.optional(z.string()),
  why: z.optional(z.string()),
  /** Further lines, at most a handful. */
  details: z.optional(z.array(z.string())),
});
export type Reading = z.infer<typeof Reading>;

/** The first message of the war room, edited in place as things become known. */
export const ContextView = z.object({
  kind: z.literal("incident_context"),
  incidentId: IncidentId,
  title: z.string(),
  service: z.string(),
  severity: z.enum(SEVERITIES),
  /** Said when the severity was not on the alert but assumed. */
  severityNote: z.optional(z.string()),
  resolved: z.boolean(),
  /** ISO 8601; absent when declared by hand. */
  firingSince: z.optional(z.string()),
  alertCount: z.int(),
  alertState: z.enum(["firing", "acknowledged", "silenced", "resolved", "none"]),
  commander: z.optional(SlackUserId),
  /** Mentioned by name: the first person on call. */
  firstResponder: z.optional(SlackUserId),
  /** Which of the three sources the invited people came from, as a sentence. */
  peopleNote: z.string(),
  people: z.array(SlackUserId),
  /** People who should be here and are not, with the reason. */
  missing: z.array(z.object({ name: z.string(), why: z.string() })),
  readings: z.array(Reading),
  /** True while more answers are on their way. */
  awaiting: z.optional(z.boolean()),
  links: z.array(Link),
  controls: z.array(Control),
});
export type ContextView = z.infer<typeof ContextView>;

const ChecklistLine = z.object({
  text: z.string(),
  state: z.enum(["open", "done", "skipped", "lost", "gap"]),
  /** Who is to do it: a role, or the person it was given to. */
  role: z.string(),
  assignee: z.optional(SlackUserId),
  /** ISO 8601. */
  due: z.optional(z.string()),
  link: z.optional(Link),
  /** To be copied; never run by us. */
  command: z.optional(z.string()),
  note: z.optional(z.string()),
});
export type ChecklistLine = z.infer<typeof ChecklistLine>;

/** One phase of the response. `items` are milestones; a phase that was left shows `result` and nothing else. */
export const ChecklistView = z.object({
  kind: z.literal("incident_checklist"),
  incidentId: IncidentId,
  title: z.string(),
  items: z.array(z.object({ text: z.string(), done: z.boolean(), note: z.optional(z.string()) })),
  result: z.optional(z.string()),
  /** Said of the runbook: not yet exercised, stale, also matches. */
  notes: z.optional(z.array(z.string())),
  prohibited: z.optional(z.array(z.object({ dont: z.string(), why: z.string() }))),
  /** In the order of the runbooks, each under its own name. */
  groups: z.optional(z.array(z.object({ title: z.string(), lines: z.array(ChecklistLine) }))),
  /** Signals, questions and ways to recover: to be read, not ticked. */
  lists: z.optional(z.array(z.object({ title: z.string(), lines: z.array(z.string()) }))),
  controls: z.optional(z.array(Control)),
});
export type ChecklistView = z.infer<typeof ChecklistView>;

export const CommandOfferView = z.object({
  kind: z.literal("command_offer"),
  incidentId: IncidentId,
  /** Who should take command. */
  to: SlackUserId,
  /** Set for a handover; absent for the first offer. */
  from: z.optional(SlackUserId),
  note: z.optional(z.string()),
  /** A handover's packet: how it stands, what was tried, what is open, what is due next. One line each. */
  packet: z.optional(z.array(z.string())),
  /** Nobody has answered in time. */
  lapsed: z.optional(z.boolean()),
  /** Who has command since, where somebody does: the person asked or somebody who was quicker. */
  takenBy: z.optional(SlackUserId),
  controls: z.array(Control),
});
export type CommandOfferView = z.infer<typeof CommandOfferView>;

export const NudgeView = z.object({
  kind: z.literal("nudge"),
  incidentId: IncidentId,
  text: z.string(),
  /** What else is late or waits, and whose it is. */
  points: z.optional(
    z.array(z.object({ text: z.string(), role: z.optional(z.string()), minutesLate: z.optional(z.int()) })),
  ),
  mention: z.optional(SlackUserId),
  controls: z.array(Control),
});
export type NudgeView = z.infer<typeof NudgeView>;

/** What resolving did, step by step; edited until every step is done or failed. */
export const ClosingView = z.object({
  kind: z.literal("closing"),
  incidentId: IncidentId,
  by: SlackUserId,
  outcome: z.string(),
  summary: z.string(),
  durationMinutes: z.int(),
  steps: z.array(
    z.object({
      text: z.string(),
      state: z.enum(["done", "waiting", "failed", "not-needed"]),
      note: z.optional(z.string()),
    }),
  ),
  /** What people thought of the response. */
  rating: z.optional(z.string()),
  controls: z.array(Control),
});
export type ClosingView = z.infer<typeof ClosingView>;

export const PostmortemView = z.object({
  kind: z.literal("postmortem"),
  incidentId: IncidentId,
  title: z.string(),
  url: z.string(),
  identifier: z.string(),
  note: z.string(),
});
export type PostmortemView = z.infer<typeof PostmortemView>;

/** One line in the alerts channel for an alert below the opening rule. */
export const AlertLineView = z.object({
  kind: z.literal("alert_line"),
  incidentId: IncidentId,
  title: z.string(),
  service: z.string(),
  severity: z.enum(SEVERITIES),
  alertState: z.enum(["firing", "acknowledged", "silenced", "resolved", "none"]),
  links: z.array(Link),
  /** What it is about is nobody's business outside: the line says only that it was opened. */
  restricted: z.optional(z.literal(true)),
  controls: z.array(Control),
});
export type AlertLineView = z.infer<typeof AlertLineView>;

/** A notice to the room: something happened or did not. */
export const NoticeView = z.object({
  kind: z.literal("notice"),
  incidentId: IncidentId,
  text: z.string(),
  mention: z.optional(SlackUserId),
  /** Slack id of a user group to mention. */
  mentionGroup: z.optional(z.string()),
  controls: z.array(Control),
});
export type NoticeView = z.infer<typeof NoticeView>;

/** The one message of an incident in the announcements channel, edited in place. */
export const HeadlineView = z.object({
  kind: z.literal("headline"),
  incidentId: IncidentId,
  title: z.string(),
  service: z.string(),
  severity: z.enum(SEVERITIES),
  /** What customers notice, in the words of whoever asked for the newest update. */
  impact: z.optional(z.string()),
  commander: z.optional(SlackUserId),
  /** Where the response stands; absent once it is over. */
  phase: z.optional(z.enum(PHASES)),
  /** ISO 8601. */
  openedAt: z.string(),
  lastPublic: z.optional(z.object({ at: z.string(), status: z.enum(PUBLIC_STATUSES), url: z.string() })),
  /** ISO 8601: when customers should next hear something; absent where nobody is reminded, or when it is over. */
  nextUpdateBy: z.optional(z.string()),
  /** Present once it is over. */
  ended: z.optional(
    z.object({
      outcome: z.enum(OUTCOMES),
      durationMinutes: z.int(),
      duplicateOf: z.optional(IncidentId),
      postmortem: z.optional(Link),
      /** Alert groups that still fired when it was closed. */
      stillFiring: z.int(),
    }),
  ),
  controls: z.array(Control),
});
export type HeadlineView = z.infer<typeof HeadlineView>;

/** A second message beside the headline, because people who read the first may have decided that it could wait. */
export const HeadlineRaisedView = z.object({
  kind: z.literal("headline_raised"),
  incidentId: IncidentId,
  title: z.string(),
  from: z.enum(SEVERITIES),
  to: z.enum(SEVERITIES),
  headline: Link,
});
export type HeadlineRaisedView = z.infer<typeof HeadlineRaisedView>;

/** Somebody asks to be let into the room; edited once that is decided. */
export const JoinRequestView = z.object({
  kind: z.literal("join_request"),
  incidentId: IncidentId,
  userId: SlackUserId,
  reason: z.optional(z.string()),
  /** Whom it is put to. */
  mention: z.optional(SlackUserId),
  acceptedBy: z.optional(SlackUserId),
  /** What became of the invitation, once it was tried. */
  invited: z.optional(z.object({ error: z.optional(z.string()) })),
  controls: z.array(Control),
});
export type JoinRequestView = z.infer<typeof JoinRequestView>;

/** All alert groups of an incident that has more than one, with what came from or went to another incident. */
export const AlertGroupsView = z.object({
  kind: z.literal("alert_groups"),
  incidentId: IncidentId,
  groups: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      state: z.enum(["firing", "acknowledged", "silenced", "resolved", "none"]),
      count: z.int(),
    }),
  ),
  /** Groups beyond those listed. */
  more: z.int(),
  notes: z.array(z.string()),
});
export type AlertGroupsView = z.infer<typeof AlertGroupsView>;
export const PAGE_STANDINGS = [
  "calling",
  "paged",
  "delivered",
  "acknowledged",
  "unanswered",
  "unknown",
  "delayed",
  "failed",
] as const;
/** One page, in one line that is edited: paged, delivered, acknowledged, or what is in the way and what to do. */
export const PageView = z.object({
  kind: z.literal("page"),
  incidentId: IncidentId,
  standing: z.enum(PAGE_STANDINGS),
  text: z.string(),
  message: z.optional(z.string()),
  links: z.array(Link),
  controls: z.array(Control),
});
export type PageView = z.infer<typeof PageView>;

/** A line by which the audit log is witnessed outside of it: `audit <size> <16 hex>`. */
export const AuditWitnessView = z.object({
  kind: z.literal("audit_witness"),
  incidentId: IncidentId,
  digest: z.string().check(z.regex(/^audit \d{1,12} [0-9a-f]{16}$/)),
});
export type AuditWitnessView = z.infer<typeof AuditWitnessView>;

export const MessageView = z.discriminatedUnion("kind", [
  ContextView,
  ChecklistView,
  CommandOfferView,
  NudgeView,
  ClosingView,
  PostmortemView,
  AlertLineView,
  NoticeView,
  AuditWitnessView,
  HeadlineView,
  HeadlineRaisedView,
  JoinRequestView,
  AlertGroupsView,
  PageView,
]);
export type MessageView = z.infer<typeof MessageView>;

/** Everything the approval card shows. The body is what customers will read, to the letter. */
export const DraftView = z.object({
  incidentId: IncidentId,
  draftId: DraftId,
  version: z.int(),
  contentHash: Sha256Hex,
  op: z.enum(["create", "update", "resolve"]),
  page: z.string(),
  title: z.string(),
  status: z.enum(PUBLIC_STATUSES),
  previousStatus: z.optional(z.enum(PUBLIC_STATUSES)),
  body: z.string(),
  /** The public text before this one, so that the difference can be seen. */
  previousBody: z.optional(z.string()),
  /** Instead of it, where somebody has written on the page itself since: the address at which to read that. */
  previousByHand: z.optional(z.string()),
  /** `from`: as the page shows it now; absent where that is not known or no longer matters. */
  components: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      from: z.optional(z.enum(COMPONENT_STATUSES)),
      to: z.enum(COMPONENT_STATUSES),
    }),
  ),
  notify: z.boolean(),
  /** Who wrote this version. */
  author: z.object({
    kind: z.enum(["model", "template", "human"]),
    userId: z.optional(SlackUserId),
    note: z.optional(z.string()),
  }),
  /** Where the draft stands, as a sentence: who approved, what happened to the publish. */
  standing: z.string(),
  state: z.enum([
    "DRAFTED",
    "SHOWN",
    "PARTIAL",
    "APPROVED",
    "PUBLISHING",
    "UNKNOWN",
    "NEEDS_HUMAN",
    "FAILED",
    "PUBLISHED",
    "REJECTED",
    "EXPIRED",
    "CANCELLED",
    "SUPERSEDED",
  ]),
  publicUrl: z.optional(z.string()),
  /** Text found that must be edited out before anybody can approve. */
  blockers: z.array(z.string()),
  /** Other things the scan found: each must be ticked by a person before anybody can approve. */
  findings: z.array(z.object({ id: z.string(), text: z.string(), acknowledgedBy: z.optional(SlackUserId) })),
  /** Who has approved this version, and how many people must. */
  approvals: z.array(z.object({ by: SlackUserId })),
  approvalsNeeded: z.int(),
  /** Said in the edit form and on the card where the author may not approve. */
  policyNote: z.optional(z.string()),
  /** Block buttons that act now; empty while publishing and once final. */
  actions: z.array(z.enum(CARD_ACTIONS)),
  /** Workflow buttons, e.g. *Open current card*. */
  controls: z.array(Control),
});
export type DraftView = z.infer<typeof DraftView>;
