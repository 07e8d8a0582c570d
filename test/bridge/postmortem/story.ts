import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import type { Entry, EntryActor } from "../../../bridge/ledger/entry-types.ts";

const START = Date.UTC(2026, 10, 14, 9, 41, 7);
export const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

const bridge: EntryActor = { kind: "system", id: "bridge", basis: "effect" };
const human = (id: string): EntryActor => ({ kind: "human", id, basis: "member" });
const HASH = "a".repeat(64);

export const content = {
  v: 1 as const,
  pageId: "p3v8r5jd6hlc",
  incidentId: "INC-20261114-0941-K7QD",
  op: "create" as const,
  targetId: null,
  expectedTargetRev: null,
  title: "Card payments failing",
  status: "investigating" as const,
  body: "Some card payments fail.\n\nNext update by 10:30 UTC.",
  components: { k7m2x9q4wtzn: "partial_outage" as const },
  impactOverride: null,
  notify: true,
  marker: "ic-0123456789abcdef",
};

/** One incident from alert to resolution, as the ledger would hold it. */
const facts: [minutes: number, actor: EntryActor, events: IncidentEvent[]][] = [
  [
    0,
    { kind: "webhook", id: "grafana-alerting", basis: "signature" },
    [
      {
        type: "IncidentOpened",
        correlationKey: "alerting|1|g",
        origin: "alert",
        title: "HighErrorRate payments",
        service: "payments",
        team: "Payments",
        severity: "SEV1",
        severityBasis: "label severity=critical",
        severityAssumed: false,
        class: "default",
        room: true,
        roomName: "inc-1114-payments-k7qd",
        firingSince: at(-3),
        links: { alertGroup: null, dashboard: null, silence: null, runbook: null, call: null },
      },
      ...["a", "b", "c"].map(
        (dedupeKey): IncidentEvent => ({
          type: "AlertAttached",
          dedupeKey,
          source: "alerting",
          groupId: "g",
          kind: "firing",
          title: "HighErrorRate payments",
          alertCount: 3,
          by: null,
          occurredAt: at(-3),
          named: [],
        }),
      ),
    ],
  ],
  [
    1,
    bridge,
    [
      {
        type: "RespondersFound",
        source: "schedule",
        note: "on call now",
        people: [
          { userId: "U07ALEXLIN1", name: "Alex Lin" },
          { userId: "U07SAMWIER2", name: "Sam Wierd" },
        ],
        missing: [{ name: "Kim Ramn", why: "no Slack account with that address" }],
        first: "U07ALEXLIN1",
      },
    ],
  ],
  [
    1,
    bridge,
    [
      {
        type: "ContextGathered",
        readings: [
          { label: "Error rate", value: "4.2/s, two hours ago 0.1/s", why: null },
          { label: "Last deploys", value: null, why: "GitHub timed out" },
        ],
      },
    ],
  ],
  [2, bridge, [{ type: "RoomCreated", channel: "C07ROOM0001", name: "inc-1114-payments-k7qd" }]],
  [2, bridge, [{ type: "RoomOpened", channel: "C07ROOM0001" }]],
  [2, bridge, [{ type: "MessagePainted", key: "context", rev: "r1", channel: "C07ROOM0001", ts: "1.1" }]],
  [3, human("U07ALEXLIN1"), [{ type: "CommandTaken", by: "U07ALEXLIN1", from: null }]],
  [
    9,
    human("U07ALEXLIN1"),
    [
      {
        type: "StatusUpdateRequested",
        draftId: "D1",
        status: "investigating",
        impact: "Card payments fail; customer Maria Gonzalez (maria@bistro.example) called from +44 20 7946 0123",
        components: [{ id: "k7m2x9q4wtzn", status: "partial_outage" }],
        notify: true,
        by: "U07ALEXLIN1",
      },
    ],
  ],
  [
    10,
    { kind: "model", id: "drafter", basis: "effect" },
    [
      {
        type: "DraftProposed",
        draftId: "D1",
        version: 1,
        content,
        contentHash: HASH,
        author: { kind: "model", userId: null, note: null },
      },
    ],
  ],
  [
    12,
    human("U07RILEYQ4"),
    [
      {
        type: "ApprovalGranted",
        draftId: "D1",
        version: 1,
        approvalId: "A1",
        contentHash: HASH,
        by: "U07RILEYQ4",
        basis: "approver-group",
        selfApproved: false,
        policy: "off",
        n: 1,
        of: 1,
        expiresAt: at(22),
        retryOf: null,
      },
    ],
  ],
  [
    12,
    bridge,
    [
      {
        type: "PublishSucceeded",
        draftId: "D1",
        version: 1,
        attemptId: "T1",
        targetId: "x1",
        url: "https://status.kestrel.example.com/incidents/x1",
        rev: "1",
      },
    ],
  ],
  [30, human("U07SAMWIER2"), [{ type: "CommandTaken", by: "U07SAMWIER2", from: "U07ALEXLIN1" }]],
  [
    72,
    human("U07SAMWIER2"),
    [
      {
        type: "IncidentResolved",
        outcome: "resolved",
        summary: "Rolled back v2.14.1 on db-1.prod.internal; password=Sup3rS3cret!9 was rotated.",
        duplicateOf: null,
      },
    ],
  ],
  [72, bridge, [{ type: "PostmortemReserved", issueId: "5f2b1c9e-1d3a-4c5b-8e7f-0a1b2c3d4e5f" }]],
];

export const story: Entry[] = facts.map(([minutes, actor, events], index) => ({
  v: 1,
  incident: content.incidentId,
  epoch: 1,
  seq: index + 1,
  prev: HASH,
  commandId: `c${index + 1}`,
  actor,
  at: at(minutes),
  events,
}));

/** One event of every type, each as plain as its schema allows. */
export const oneOfEach: IncidentEvent[] = [
  ...new Map(story.flatMap(({ events }) => events).map((event) => [event.type, event])).values(),
  { type: "RoomRequested", severity: "SEV3" },
  { type: "RoomStepDone", step: "invite", ok: false, error: "user_is_restricted", notInvited: [] },
  { type: "RoomArchived", channel: "C07ROOM0001" },
  { type: "DoorbellRungAgain", afterMs: 30_000 },
  { type: "WatchdogSpoke", afterMs: 90_000, alertsChannel: "posted", fallbackWebhook: "not-configured", error: null },
  { type: "HandoverOffered", to: "U07SAMWIER2", by: "U07ALEXLIN1", note: null },
  { type: "DraftRevised", draftId: "D1", version: 2, content, contentHash: HASH, by: "U07ALEXLIN1" },
  {
    type: "DraftShown",
    draftId: "D1",
    version: 1,
    contentHash: HASH,
    channel: "C07ROOM0001",
    ts: "1.2",
    executionId: "Fx1",
  },
  { type: "ApprovalDenied", draftId: "D1", version: 1, by: "U07ALEXLIN1", reason: "stale-version" },
  { type: "ApprovalVoided", draftId: "D1", version: 1, approvalId: "A1", reason: "edited" },
  { type: "ApprovalExpired", draftId: "D1", version: 1, approvalId: "A1" },
  { type: "DraftRejected", draftId: "D1", version: 1, by: "U07ALEXLIN1", reason: "wrong region" },
  { type: "DraftSuperseded", draftId: "D1", version: 1, byDraftId: "D2" },
  { type: "DraftExpired", draftId: "D1", version: 1 },
  {
    type: "PublishStarted",
    draftId: "D1",
    version: 1,
    attemptId: "T1",
    n: 1,
    approvalIds: ["A1"],
    contentHash: HASH,
    owner: "b1",
    leaseUntil: at(12),
  },
  {
    type: "PublishDeferred",
    draftId: "D1",
    version: 1,
    attemptId: "T1",
    reason: "the page is busy",
    notBefore: at(13),
  },
  { type: "PublishFailed", draftId: "D1", version: 1, attemptId: "T1", reason: "HTTP 422" },
  {
    type: "PublishOutcomeUnknown",
    draftId: "D1",
    version: 1,
    attemptId: "T1",
    reason: "no answer in 5 s",
    lookAfter: at(13),
  },
  {
    type: "PublishReconciled",
    draftId: "D1",
    version: 1,
    attemptId: "T1",
    result: "absent",
    absences: 1,
    targetId: null,
    url: null,
    rev: null,
    lookAfter: null,
  },
  { type: "PublishGivenUp", draftId: "D1", version: 1, by: "U07ALEXLIN1" },
  { type: "CardRepainted", draftId: "D1", version: 1, rev: "r2", ts: "1.2" },
  {
    type: "PostmortemFiled",
    issueId: "5f2b1c9e-1d3a-4c5b-8e7f-0a1b2c3d4e5f",
    identifier: "PAY-1",
    url: "https://linear.app/x/issue/PAY-1",
    author: "template",
    note: null,
  },
  {
    type: "PostmortemDrafted",
    author: "model",
    note: null,
    parts: [{ part: "narrative", sentences: [{ text: "Commander 1 took command.", sources: [7] }] }],
    actions: [],
    dropped: 2,
  },
  { type: "PostmortemDelayed", reason: "Linear did not answer in 5 s." },
  { type: "ApprovalRevoked", draftId: "D1", version: 1, approvalId: "A1", by: "U07ALEXLIN1" },
  { type: "FindingAcknowledged", draftId: "D1", version: 1, findingId: "F1", by: "U07ALEXLIN1" },
  { type: "ApproverAsked", draftId: "D1", version: 1, by: "U07ALEXLIN1" },
  { type: "BreakGlassUsed", draftId: "D1", version: 1, by: "U07ALEXLIN1", reason: "nobody else is awake" },
  { type: "ReviewOpened", reviewId: "R1", draftId: "D1", by: "U07ALEXLIN1" },
  { type: "ReviewClosed", reviewId: "R1", by: "U07ALEXLIN1", finding: "it was right" },
  { type: "CheckpointSkipped", draftId: "D1", version: 1, attemptId: "T1", reason: "the signer is away" },
  {
    type: "PublishAttested",
    draftId: "D1",
    version: 1,
    by: "U07ALEXLIN1",
    link: "https://status.kestrel.example.com/incidents/x1",
    textHash: HASH,
    targetId: null,
    rev: null,
  },
  { type: "TwinDetected", draftId: "D1", version: 1, attemptId: "T1", entries: ["x1"] },
  { type: "PagePostUnmatched", targetId: "x1", updateId: "u1", status: "identified" },
  { type: "PublicLeftOpen", by: "U07ALEXLIN1", reason: "customers still wait" },
  { type: "NudgeIssued", n: 1, reason: "no customer update for 15 min" },
  { type: "EffectFailed", effectId: "x", attempt: 1, error: "channel_not_found" },
];
