/** Words both halves must spell alike. Most severe first. */
export const SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV4"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Statuspage's incident statuses, in the order an incident usually takes. */
export const PUBLIC_STATUSES = ["investigating", "identified", "monitoring", "resolved"] as const;
export type PublicStatus = (typeof PUBLIC_STATUSES)[number];

/** Statuspage's component statuses, best first. */
export const COMPONENT_STATUSES = [
  "operational",
  "under_maintenance",
  "degraded_performance",
  "partial_outage",
  "major_outage",
] as const;
export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];

export const OUTCOMES = ["resolved", "not_an_incident", "duplicate"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Link triggers, by the name of their file in slack-app/triggers. The bridge stores one URL for each. */
export const LINK_TRIGGERS = [
  "declare_incident",
  "draft_status_update",
  "review_status_update",
  "resolve_incident",
  "take_command",
  "hand_over_command",
  "catch_me_up",
  "ask_to_join",
  "accept_join",
  "page_someone",
  "change_severity",
  "update_checklist",
  "silence_nudges",
  "rate_response",
  "add_to_record",
] as const;
export type LinkTrigger = (typeof LINK_TRIGGERS)[number];

/** Action ids of the approval card. Each has a handler in every function that can post a card. */
export const CARD_ACTIONS = [
  "approve_publish",
  "edit_draft",
  "reject_draft",
  "revoke_approval",
  "acknowledge_finding",
  "ask_approver",
  "break_glass",
  "approve_again",
  "attest_published",
  "give_up_publish",
] as const;
export type CardAction = (typeof CARD_ACTIONS)[number];

/** Classes of incidents. The class decides how many people must approve customer updates, and who may not. */
export const INCIDENT_CLASSES = [
  "security",
  "access-safety",
  "authorization",
  "availability",
  "evidence-pipeline",
  "data",
  "vendor",
  "default",
] as const;
export type IncidentClass = (typeof INCIDENT_CLASSES)[number];

/** Roles beside the commander's. They say who does what; none of them carries authority. */
export const ROLES = ["deputy", "communications", "scribe"] as const;
export type Role = (typeof ROLES)[number];

/** The stages of an incident, in the order it usually takes. The commander may jump to any. */
export const PHASES = ["detect", "contain", "preserve", "diagnose", "recover", "validate", "review"] as const;
export type Phase = (typeof PHASES)[number];

/** What a reminder of the room may be about. */
export const NUDGE_POINTS = [
  "ask-again",
  "alerts-resolved",
  "command",
  "handover",
  "approval",
  "clock",
  "checklist",
  "phase",
] as const;
export type NudgePoint = (typeof NUDGE_POINTS)[number];

/** What a note records: something that is so, that was decided, that somebody is to do, or that customers notice. */
export const NOTE_KINDS = ["fact", "decision", "action", "impact"] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];
/** How words came into the record. */
export const NOTE_WAYS = ["pin", "reaction", "command", "suggestion"] as const;
export type NoteWay = (typeof NOTE_WAYS)[number];

/** Reactions that put a message into the record, by Slack's name of the emoji. */
export const NOTE_REACTIONS: Readonly<Record<string, NoteKind>> = {
  memo: "fact",
  pushpin: "fact",
  scales: "decision",
};
