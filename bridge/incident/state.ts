import type { RoomStep } from "../../shared/contracts/outbox.ts";
import type { NoteKind, NoteWay, Outcome, Phase, Role, Severity } from "../../shared/vocabulary.ts";
import type { RecordedEntry } from "../ledger/entry-types.ts";
import type { Instant } from "../platform/clock.ts";
import type { Runbook } from "../runbooks/schema.ts";
import type { Content } from "./content-schema.ts";
import type { EventOf } from "./events.ts";

export const DRAFT_STATES = [
  "REQUESTED",
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
] as const;
export type DraftState = (typeof DRAFT_STATES)[number];

/** Something is on its way to customers, or may be. At most one draft of a target is busy. */
export const BUSY: readonly DraftState[] = ["APPROVED", "PUBLISHING", "UNKNOWN", "NEEDS_HUMAN"];
export const FINAL: readonly DraftState[] = ["PUBLISHED", "REJECTED", "EXPIRED", "CANCELLED", "SUPERSEDED"];

export interface Card {
  version: number;
  contentHash: string;
  channel: string;
  ts: string;
  executionId: string;
  shownAt: Instant;
  /** Content of the last button-less repaint, if any. */
  repaintedRev?: string;
}

export interface Approval {
  approvalId: string;
  version: number;
  contentHash: string;
  by: string;
  basis: EventOf<"ApprovalGranted">["basis"];
  selfApproved: boolean;
  policy: EventOf<"ApprovalGranted">["policy"];
  grantedAt: Instant;
  expiresAt: Instant;
}

export interface Attempt {
  attemptId: string;
  n: number;
  version: number;
  contentHash: string;
  owner: string;
  startedAt: Instant;
  leaseUntil: Instant;
  /** Set while the outcome is unknown: when the page may next be asked. */
  lookAfter?: Instant;
  absences: number;
}

/** What is wanted of a draft. `by` is null where nobody asked: then nobody has said what customers notice either. */
export type DraftRequest = Pick<
  EventOf<"StatusUpdateRequested">,
  "draftId" | "status" | "impact" | "components" | "notify"
> & { by: string | null };

export interface Draft {
  draftId: string;
  state: DraftState;
  request: DraftRequest;
  requestedAt: Instant;
  version: number;
  content?: Content;
  contentHash?: string;
  author?: EventOf<"DraftProposed">["author"];
  proposedAt?: Instant;
  /** When a person last edited it; the card's own execution repaints it first. */
  revisedAt?: Instant;
  /** How often a card of this draft was shown. */
  showings: number;
  /** The newest card of the current version, where one was shown. */
  card?: Card;
  /** Cards of earlier versions or showings that must lose their buttons. */
  oldCards: Card[];
  /** Grants of the current version, by distinct people. */
  approvals: Approval[];
  /** Findings of the scan that a person has ticked, for the current version, with who did. */
  acknowledged: Record<string, string>;
  /** Who lowered the policy for the current version, and why. */
  breakGlass?: { by: string; reason: string };
  /** When somebody last called for an approver. */
  askedAt?: Instant;
  askedBy?: string;
  attempt?: Attempt;
  attempts: number;
  notBefore?: Instant;
  denials: Record<string, number>;
  /** An attempt's outcome was once unknown: until then a second landing is looked for. */
  twinWatchUntil?: Instant;
  twin?: readonly string[];
  attested?: { by: string; link: string; textHash: string };
  /** Grants that ran out unused: whoever gave one is told. */
  expired: readonly { approvalId: string; by: string }[];
  /** Why it failed, was rejected or needs a person: one sentence. */
  reason?: string;
  publicUrl?: string;
  /** When it was recorded that it is public. */
  publicAt?: Instant;
}

export interface Offer {
  to: string;
  by: string;
  note: string | null;
  at: Instant;
  /** Who ended it by taking command. */
  closedBy?: string;
  /** When it was said, and paged, that nobody had answered it. */
  lapsedAt?: Instant;
}

/** One page, from the request to the answer. */
export interface Page {
  pageId: string;
  request: EventOf<"PageRequested">;
  requestedAt: Instant;
  /** The newest call: whom OnCall was asked to notify, and in which alert group. */
  call?: EventOf<"PageCalled"> & { at: Instant };
  sent?: { groupId: string; link: string | null; at: Instant };
  /** `unknown`: the newest call may have been carried out. `failed` is final. */
  trouble?: { kind: "delayed" | "unknown" | "failed"; reason: string };
  /** OnCall began to notify somebody of it. */
  deliveredAt?: Instant;
  acknowledged?: { by: string; at: Instant };
}

/** An alert group of OnCall as its webhooks, or we, last left it. */
export interface OnCallGroup {
  state: "firing" | "acknowledged" | "silenced" | "resolved";
  /** Made by a page of ours: acknowledging it is its addressee's business. */
  ofPage: boolean;
  /** We acknowledged it because somebody took command: done once. */
  acknowledgedByUs: boolean;
  /** Why it could not be acknowledged from here yet. */
  delayed?: string;
}

export interface Review {
  reviewId: string;
  draftId: string;
  by: string;
  openedAt: Instant;
  closed?: { by: string; finding: string };
}

/** The public incident as we last wrote or read it. */
export interface PublicIncident {
  targetId: string;
  url: string;
  rev: string;
  title: string;
  status: Content["status"];
  body: string;
  publishedAt: Instant;
  /** What our updates made of the components that they named. */
  components: Content["components"];
  /** Somebody wrote on the page itself: what stands there is not `body`, which is the last text of ours. */
  byHand?: true;
}

/** A person says that an update is public, but the page could not be read: its entry is still to be found. */
export interface UnreadPublic {
  draftId: string;
  by: string;
  link: string;
}

export interface Painted {
  channel: string;
  ts: string;
  rev: string;
  at: Instant;
}

/** The copy of a runbook that this incident follows. */
export interface AttachedRunbook {
  runbook: Runbook;
  sha256: string;
  trigger: string;
  triggerIndex: number | null;
  by: string | null;
  at: Instant;
  /** Its actions no longer count; its open holds do. */
  detached?: { by: string; reason: string };
}

/** Where one item of a checklist stands, by `<runbook>/<item>`. What the bridge observes is not written here. */
export interface ItemRecord {
  done?: { by: string; at: Instant; proof: string | null };
  skipped?: { by: string; at: Instant; reason: string };
  assigned?: { to: string; by: string; at: Instant };
  /** Of an escalation: what it waits for has happened. */
  confirmed?: { by: string; at: Instant };
}

export interface StoredEvidence {
  link: string;
  note: string | null;
  by: string;
  at: Instant;
}

/** How a check of the gate was met, by `<runbook>/<check>`. */
export type CheckRecord =
  | { kind: "proven"; proof: string; stated: boolean; by: string; at: Instant }
  | { kind: "overridden"; reason: string; basis: EventOf<"CheckOverridden">["basis"]; by: string; at: Instant };

/** What follows from the attached runbooks and from what people ticked. */
export interface Response {
  /** What the alert matched, best first; undefined until it was looked up. */
  chosen?: EventOf<"RunbooksChosen">["matches"];
  /** In the order in which they were attached. */
  attached: readonly AttachedRunbook[];
  items: ReadonlyMap<string, ItemRecord>;
  evidence: ReadonlyMap<string, StoredEvidence>;
  /** Stored without standing in a runbook. */
  otherEvidence: readonly StoredEvidence[];
  /** Evidence by `<runbook>/<evidence>` that an action destroyed before it was saved, with that action. */
  lost: ReadonlyMap<string, string>;
  checks: ReadonlyMap<string, CheckRecord>;
  phase: Phase;
  phaseSince: Instant;
  /** Every phase the incident was in, the first one first. */
  phases: readonly Phase[];
  /** Who last looked at the severity. */
  severityBy?: { by: string; at: Instant };
  /** Rules that have raised the severity: each does so once. */
  raisedBy: ReadonlySet<string>;
  /** Why customers need not be told; forgotten when severity rises. */
  publicUpdateWaived?: { by: string; reason: string; at: Instant };
  /** What was said of customers before severity rose; asked again. */
  waiverLapsed?: { by: string; reason: string; at: Instant };
  topicRev?: string;
}

/** What was known when people were called, as far as the answers have come. */
export interface IncidentContext {
  readings: {
    /** Undefined for what was recorded before the answers came one by one. */
    part?: EventOf<"ContextRead">["readings"][number]["part"];
    label: string;
    value: string | null;
    why: string | null;
    details: string[];
  }[];
  links: { title: string; url: string }[];
  /** False while answers are still awaited. */
  complete: boolean;
}

/** What one sender's bundle of alerts has come to. */
export interface AlertGroup {
  correlationKey: string;
  source: EventOf<"AlertAttached">["source"];
  groupId: string;
  title: string;
  state: "firing" | "acknowledged" | "silenced" | "resolved" | "none";
  count: number;
}

/** Somebody who asked to be let into the room. */
export interface JoinRequest {
  userId: string;
  reason: string | null;
  at: Instant;
  acceptedBy?: string;
}

/** Words that somebody put into the record. */
export interface Note {
  kind: NoteKind;
  via: NoteWay;
  text: string;
  author: string | null;
  by: string;
  ts: string | null;
  saidAt: Instant;
  takenAt: Instant;
  /** When its message was last found to have been edited, or to be gone, or was looked at. */
  revisedAt?: Instant;
  withdrawnAt?: Instant;
  rereadAt?: Instant;
}

/** A message that may belong into the record, and as what. */
export interface Mark {
  ts: string;
  kind: NoteKind;
  author: string | null;
}

/** How far the room was read for suggestions. */
export interface Marking {
  /** Readings so far. */
  n: number;
  at: Instant;
  until: string | null;
  /** Readings in a row that suggested nothing. */
  idle: number;
  /** The newest suggestions; there is one list at most. */
  list?: { n: number; marks: readonly Mark[] };
}

/** What happened in the room over time. */
export interface RoomLife {
  /** The newest silence, also when it is over. */
  silence?: { by: string; reason: string; at: Instant; until: Instant; ended?: { by: string; at: Instant } };
  /** By id, in the order in which they were taken. */
  notes: ReadonlyMap<string, Note>;
  /** One a person. */
  ratings: ReadonlyMap<string, { score: number; comment: string | null }>;
  /** Every time it was reopened, with the end that was none. */
  reopenings: readonly { by: string | null; reason: string; at: Instant; closed: NonNullable<Incident["resolved"]> }[];
  /** Bookmarks that follow the incident, as Slack last took them, by key. */
  bookmarks: ReadonlyMap<string, { rev: string; bookmarkId: string }>;
  /** Whom somebody in the room wanted there too, with who last did. */
  calledIn: ReadonlyMap<string, { by: string }>;
  /** When people first saw the closing message of the present end. */
  closingShownAt?: Instant;
  /** It could not be posted, and nobody waits for it any more. */
  closingGivenUp?: { reason: string; at: Instant };
  /** The room could not be archived, and nobody tries any more. */
  notArchived?: { reason: string; at: Instant };
}
/** What a step of a workflow asked people for. */
export type WorkflowWish = Omit<EventOf<"WorkflowAsked">, "type"> & { at: Instant };

/** State of one incident: the fold of its entries and nothing else. Treated as immutable. */
export interface Incident {
  id: string;
  /** Number of entries folded; 0 = nothing was ever recorded. */
  seq: number;
  /** `at` of the newest entry. */
  at: Instant;
  status: "none" | "open" | "resolved" | "archived";
  /** Above 1 where the record broke and a person began it anew: nothing of before is built on. */
  epoch: number;
  /** When the incident began, where its record began later. */
  beganAt?: Instant;
  opened?: EventOf<"IncidentOpened">;
  openedBy?: string;
  openedAt: Instant;
  severity: Severity;
  /** True once a room is wanted: by the opening rule or by a person. */
  roomWanted: boolean;
  roomWantedAt: Instant;
  /** The person who asked for the room or declared the incident: invited too. */
  requester?: string;
  alerts: {
    dedupeKeys: Set<string>;
    count: number;
    /** Of all groups together: firing while any of them fires. */
    state: AlertGroup["state"];
    groups: Set<string>;
    /** The groups that are this incident's, by correlation key. */
    byKey: Map<string, AlertGroup>;
    /** Groups that a person gave to another incident, or that followed a merge: correlation key to incident. */
    elsewhere: Map<string, string>;
    /** Who asked for each incident that was split off. */
    splitBy: Map<string, string>;
    /** Incidents whose groups came here. */
    from: string[];
    /** When an alert last fired here. */
    firedAt?: Instant;
  };
  named: { id: string; username: string }[];
  /** The rule of the alert that opened it, where its sender named one. */
  alertRule?: string;
  /** The sender's route of the first alert group that told its own. */
  routeId?: string;
  responders?: EventOf<"RespondersFound">;
  context?: IncidentContext;
  channel?: string;
  channelName?: string;
  steps: Partial<Record<RoomStep, EventOf<"RoomStepDone">>>;
  /** How often each step has failed. */
  stepFailures: Partial<Record<RoomStep, number>>;
  roomOpenedAt?: Instant;
  rungAgainAt?: Instant;
  watchdogSpokeAt?: Instant;
  commander?: string;
  /** Who took command first. */
  firstCommander?: string;
  commandSince?: Instant;
  /** The newest thing the commander recorded. */
  commanderActedAt?: Instant;
  /** When the silent commander was asked; undefined again once they did anything. */
  commandQuestionedAt?: Instant;
  /** They did not answer: anybody may take command. */
  commandAbandonedAt?: Instant;
  /** Every handover offered, oldest first. Only the newest can be open. */
  offers: Offer[];
  roles: Partial<Record<Role, string>>;
  /** Suggestions from the room; absent while it was never read for them. */
  marking?: Marking;
  /** Every page, oldest first. */
  pages: Map<string, Page>;
  /** OnCall's alert groups of this incident, oldest first, by OnCall's id. */
  onCallGroups: Map<string, OnCallGroup>;
  drafts: Map<string, Draft>;
  /** Reviews of break-glass approvals. An open one blocks archiving. */
  reviews: Map<string, Review>;
  /** Entries of the page that nobody approved here, by update id. */
  unmatched: Map<string, { targetId: string; status: string; at: Instant; attestedBy?: string }>;
  /** Why the public incident stays open although the incident is over. */
  publicLeftOpen?: { by: string; reason: string };
  public?: PublicIncident;
  /** While set, nobody knows which entry of the page the next update must be written onto, so none is written. */
  publicUnread?: UnreadPublic;
  lastPublicAt?: Instant;
  messages: Map<string, Painted>;
  /** What the announcements channel was told first. */
  headlineSeverity?: Severity;
  /** Everybody who asked to join, oldest first. */
  joins: JoinRequest[];
  /** Who was invited after the room had opened, and why not where Slack refused. */
  invited: Map<string, { error: string | null }>;
  nudges: { n: number; at?: Instant; reason?: string; points?: EventOf<"NudgeListed">["points"] };
  life: RoomLife;
  resolved?: EventOf<"IncidentResolved"> & { by: string; at: Instant };
  outcome?: Outcome;
  /** Records that do not hold, in the incident about them: by the incident whose record it is, or `log`. */
  breaks: Map<string, EventOf<"RecordBreakFound">>;
  /** Rooms of the incidents whose records those are; by incident. */
  brokenRooms: Map<string, string>;
  /** When it was last recorded that a writer's clock was behind. */
  skewSeenAt?: Instant;
  /** Credentials of the product that run out, where this incident is about that; by credential. */
  expiries: Map<string, EventOf<"CredentialExpiryFound">>;
  /** Witness lines of the audit log, by what they belong to. */
  witnesses: Map<string, { draftId: string | null; size: number; root16: string }>;
  postmortem: {
    issueId?: string;
    drafted?: EventOf<"PostmortemDrafted">;
    filed?: EventOf<"PostmortemFiled">;
    delayed?: string;
    filedAt?: Instant;
    /** The issue carries its links. */
    linked?: boolean;
    reviewed?: EventOf<"PostmortemReviewed">;
  };
  failures: Map<string, { attempt: number; error: string; at: Instant }>;
  archivedAt?: Instant;
  response: Response;
  workflows: { asks: readonly WorkflowWish[]; notes: number };
  /** Every commandId ever appended here, with what it made happen: the entries, in order. */
  commands: Map<string, Pick<RecordedEntry, "seq" | "at" | "actor" | "events">>;
}

/** Customers have been told something, whether or not we know where it stands. */
export const customersKnow = (state: Incident): boolean =>
  state.public !== undefined || state.publicUnread !== undefined;

/** Key of the message that says how the incident ended: each end has its own. */
export const closingKey = ({ life }: Incident): string => `closing${counted(life.reopenings.length)}`;
/** Names what is owed once an end; nothing for the first, so that names which exist stay what they are. */
export const counted = (reopenings: number): string => (reopenings === 0 ? "" : `-${reopenings + 1}`);

export const initialIncident = (id: string): Incident => ({
  id,
  seq: 0,
  at: 0,
  status: "none",
  epoch: 1,
  openedAt: 0,
  severity: "SEV2",
  roomWanted: false,
  roomWantedAt: 0,
  alerts: {
    dedupeKeys: new Set(),
    count: 0,
    state: "none",
    groups: new Set(),
    byKey: new Map(),
    elsewhere: new Map(),
    splitBy: new Map(),
    from: [],
  },
  named: [],
  steps: {},
  stepFailures: {},
  offers: [],
  roles: {},
  pages: new Map(),
  onCallGroups: new Map(),
  drafts: new Map(),
  reviews: new Map(),
  unmatched: new Map(),
  messages: new Map(),
  joins: [],
  invited: new Map(),
  nudges: { n: 0 },
  life: { notes: new Map(), ratings: new Map(), reopenings: [], calledIn: new Map(), bookmarks: new Map() },
  breaks: new Map(),
  brokenRooms: new Map(),
  expiries: new Map(),
  witnesses: new Map(),
  postmortem: {},
  failures: new Map(),
  response: {
    attached: [],
    items: new Map(),
    evidence: new Map(),
    otherEvidence: [],
    lost: new Map(),
    checks: new Map(),
    phase: "detect",
    phaseSince: 0,
    phases: ["detect"],
    raisedBy: new Set(),
  },
  workflows: { asks: [], notes: 0 },
  commands: new Map(),
});
