import type { EventOf, IncidentEvent } from "../../bridge/incident/events.ts";
import { composeContent, contentHash } from "../../bridge/publish-gate/content.ts";
import { CAST } from "../sandbox/cast.ts";

/** Ids as they really look: the contracts of both halves accept them. */
export const INCIDENT = "INC-20261121-0914-K9ZP";
export const ROOM = "C07WARROOM9";
export const TEAM = CAST.teamId;
export const PAGE = CAST.statuspage.pageId;
export const COMPONENT = CAST.statuspage.components[0].id;
export const DRAFT = "DRF-01JD7W4M8Q";
export const PEOPLE = {
  alex: "U07ALEXLIN1",
  sam: "U07SAMWIER2",
  kim: "U07KIMRAMN3",
  riley: "U07RILEYQ4",
  jordan: "U07JORDANO5",
  casey: "U07CASEYN06",
} as const;

type Fields<T extends IncidentEvent["type"]> = Partial<Omit<EventOf<T>, "type">>;

export const NO_LINKS = { alertGroup: null, dashboard: null, silence: null, runbook: null, call: null };

export const opened = (fields: Fields<"IncidentOpened"> = {}): EventOf<"IncidentOpened"> => ({
  type: "IncidentOpened",
  correlationKey: "oncall|IW4K9ZP7TN2XC",
  origin: "alert",
  title: "Card payments failing in EU",
  service: "payments",
  team: "Payments",
  severity: "SEV1",
  severityBasis: "label severity=critical",
  severityAssumed: false,
  class: "default",
  room: true,
  roomName: "inc-1121-payments-k9zp",
  firingSince: "2026-11-21T09:13:00.000Z",
  links: NO_LINKS,
  ...fields,
});

export const alert = (fields: Fields<"AlertAttached"> = {}): EventOf<"AlertAttached"> => ({
  type: "AlertAttached",
  dedupeKey: "oncall|IW4K9ZP7TN2XC|firing",
  source: "oncall",
  groupId: "IW4K9ZP7TN2XC",
  kind: "firing",
  title: "Card payments failing in EU",
  alertCount: 1,
  by: null,
  occurredAt: "2026-11-21T09:14:03.118Z",
  named: [],
  ...fields,
});

export const responders = (fields: Fields<"RespondersFound"> = {}): EventOf<"RespondersFound"> => ({
  type: "RespondersFound",
  source: "schedule",
  note: "Inviting who is on call now",
  people: [
    { userId: PEOPLE.alex, name: "alex" },
    { userId: PEOPLE.sam, name: "sam" },
  ],
  missing: [],
  first: PEOPLE.alex,
  ...fields,
});

export const context = (fields: Fields<"ContextGathered"> = {}): EventOf<"ContextGathered"> => ({
  type: "ContextGathered",
  readings: [{ label: "Error rate", value: "7.3 %", why: null }],
  ...fields,
});

export const step = (
  name: EventOf<"RoomStepDone">["step"],
  fields: Fields<"RoomStepDone"> = {},
): EventOf<"RoomStepDone"> => ({ type: "RoomStepDone", step: name, ok: true, error: null, notInvited: [], ...fields });

/** Everything until the war room stands and owes nothing. */
export const roomOpened = (fields: Fields<"IncidentOpened"> = {}): IncidentEvent[] => [
  opened(fields),
  responders(),
  context(),
  { type: "RoomCreated", channel: ROOM, name: "inc-1121-payments-k9zp" },
  step("create"),
  step("invite"),
  step("purpose"),
  step("topic"),
  step("bookmarks"),
  step("context"),
  step("checklist"),
  step("timeline"),
  { type: "RoomOpened", channel: ROOM },
];

export const commandTaken = (by: string = PEOPLE.alex): EventOf<"CommandTaken"> => ({
  type: "CommandTaken",
  by,
  from: null,
});

export const requested = (fields: Fields<"StatusUpdateRequested"> = {}): EventOf<"StatusUpdateRequested"> => ({
  type: "StatusUpdateRequested",
  draftId: DRAFT,
  status: "investigating",
  impact: "Card payments fail in the EU.",
  components: [{ id: COMPONENT, status: "partial_outage" }],
  notify: true,
  by: PEOPLE.alex,
  ...fields,
});

export const TITLE = "Card payments failing in the EU region";
export const BODY =
  "We are investigating failed card payments in our EU region. Shipments that are already paid are not affected. Next update by 10:00 UTC.";

export interface Words {
  draftId?: string;
  version?: number;
  title?: string;
  body?: string;
  status?: EventOf<"StatusUpdateRequested">["status"];
  components?: EventOf<"StatusUpdateRequested">["components"];
  target?: { id: string; rev: string };
}

export const contentOf = (words: Words = {}) =>
  composeContent({
    pageId: PAGE,
    incidentId: INCIDENT,
    draftId: words.draftId ?? DRAFT,
    version: words.version ?? 1,
    target: words.target,
    title: words.title ?? TITLE,
    status: words.status ?? "investigating",
    body: words.body ?? BODY,
    components: words.components ?? [{ id: COMPONENT, status: "partial_outage" }],
    notify: true,
  });

export const hashOf = (words: Words = {}): string => contentHash(contentOf(words));

export const drafted = (words: Words = {}): EventOf<"DraftProposed"> => ({
  type: "DraftProposed",
  draftId: words.draftId ?? DRAFT,
  version: words.version ?? 1,
  content: contentOf(words),
  contentHash: hashOf(words),
  author: { kind: "template", userId: null, note: null },
});

export const revised = (words: Words = {}, by: string = PEOPLE.sam): EventOf<"DraftRevised"> => ({
  type: "DraftRevised",
  draftId: words.draftId ?? DRAFT,
  version: words.version ?? 2,
  content: contentOf({ version: 2, ...words }),
  contentHash: hashOf({ version: 2, ...words }),
  by,
});

export const CARD_TS = "1795253107.118209";

export const shown = (words: Words = {}, ts: string = CARD_TS, executionId = "Fx1"): EventOf<"DraftShown"> => ({
  type: "DraftShown",
  draftId: words.draftId ?? DRAFT,
  version: words.version ?? 1,
  contentHash: hashOf(words),
  channel: ROOM,
  ts,
  executionId,
});

export const granted = (fields: Fields<"ApprovalGranted"> = {}): EventOf<"ApprovalGranted"> => ({
  type: "ApprovalGranted",
  draftId: DRAFT,
  version: 1,
  approvalId: "APR-1",
  contentHash: hashOf(),
  by: PEOPLE.jordan,
  basis: "approver-group",
  selfApproved: false,
  policy: "off",
  n: 1,
  of: 1,
  expiresAt: "2026-11-21T10:14:05.000Z",
  retryOf: null,
  ...fields,
});

export const started = (fields: Fields<"PublishStarted"> = {}): EventOf<"PublishStarted"> => ({
  type: "PublishStarted",
  draftId: DRAFT,
  version: 1,
  attemptId: "ATT-1",
  n: 1,
  approvalIds: ["APR-1"],
  contentHash: hashOf(),
  owner: "bridge-1",
  leaseUntil: "2026-11-21T09:30:00.000Z",
  ...fields,
});

const attempt = { draftId: DRAFT, version: 1, attemptId: "ATT-1" };

export const succeeded = (fields: Fields<"PublishSucceeded"> = {}): EventOf<"PublishSucceeded"> => ({
  type: "PublishSucceeded",
  ...attempt,
  targetId: "h4z9w6tq1mxk",
  url: "https://status.kestrel.example.com/i/h4z9w6tq1mxk",
  rev: "r2c8v5yn7jdp|investigating",
  ...fields,
});

export const failed = (fields: Fields<"PublishFailed"> = {}): EventOf<"PublishFailed"> => ({
  type: "PublishFailed",
  ...attempt,
  reason: "the page answered 422: Name can't be blank",
  ...fields,
});

export const unknown = (fields: Fields<"PublishOutcomeUnknown"> = {}): EventOf<"PublishOutcomeUnknown"> => ({
  type: "PublishOutcomeUnknown",
  ...attempt,
  reason: "the page did not answer in time",
  lookAfter: "2026-11-21T09:20:00.000Z",
  ...fields,
});

export const deferred = (fields: Fields<"PublishDeferred"> = {}): EventOf<"PublishDeferred"> => ({
  type: "PublishDeferred",
  ...attempt,
  reason: "the page limits how often we may write",
  notBefore: "2026-11-21T09:20:00.000Z",
  ...fields,
});

export const reconciled = (fields: Fields<"PublishReconciled"> = {}): EventOf<"PublishReconciled"> => ({
  type: "PublishReconciled",
  ...attempt,
  result: "absent",
  absences: 1,
  targetId: null,
  url: null,
  rev: null,
  lookAfter: "2026-11-21T09:25:00.000Z",
  ...fields,
});

export const resolved = (fields: Fields<"IncidentResolved"> = {}): EventOf<"IncidentResolved"> => ({
  type: "IncidentResolved",
  outcome: "resolved",
  summary: "The payment provider is back.",
  duplicateOf: null,
  ...fields,
});

export const postmortemDrafted = (fields: Fields<"PostmortemDrafted"> = {}): EventOf<"PostmortemDrafted"> => ({
  type: "PostmortemDrafted",
  author: "template",
  note: null,
  parts: [],
  actions: [],
  dropped: 0,
  ...fields,
});

export const painted = (fields: Fields<"MessagePainted"> = {}): EventOf<"MessagePainted"> => ({
  type: "MessagePainted",
  key: "context",
  rev: "assembled",
  channel: ROOM,
  ts: "1795253001.000100",
  ...fields,
});

/** Until the text waits for approval on a card. */
export const waiting = (): IncidentEvent[] => [...roomOpened(), commandTaken(), requested(), drafted(), shown()];
/** Until the text has been approved. */
export const approved = (): IncidentEvent[] => [...waiting(), granted()];
/** Until an attempt to publish is under way. */
export const publishing = (): IncidentEvent[] => [...approved(), started()];
/** Until the text is public. */
export const published = (): IncidentEvent[] => [...publishing(), succeeded()];
