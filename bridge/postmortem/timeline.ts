import type { EventOf, IncidentEvent } from "../incident/events.ts";
import type { Entry, EntryActor } from "../ledger/entry-types.ts";
import { unreachable } from "../platform/unreachable.ts";
import { nameOf, type People, peopleIn } from "./people.ts";
import { publishable, quoted } from "./quoted-text.ts";
import { roomLifeSentence } from "./room-life-sentences.ts";
import { runbookSentence } from "./runbook-sentences.ts";
import { workflowSentence } from "./workflow-sentences.ts";

export interface TimelineLine {
  seq: number;
  /** ISO 8601. */
  at: string;
  text: string;
  /** Who did it: a name, `the bridge`, `the model`, `an alert`. */
  actor: string;
}

/** The ledger as people read it: one sentence for each fact that means something to them, in order. The same entries give the same lines. */
export function timelineOf(entries: readonly Entry[], people: People = peopleIn(entries)): TimelineLine[] {
  return entries.flatMap((entry) => {
    const actor = actorOf(entry.actor, people);
    return grouped(entry.events)
      .map((events) => lineOf(events, actor, people))
      .filter((text): text is string => text !== undefined)
      .map((text) => ({ seq: entry.seq, at: entry.at, text, actor }));
  });
}

function actorOf({ kind, id }: EntryActor, people: People): string {
  switch (kind) {
    case "human":
      return nameOf(people, id);
    case "model":
      return "the model";
    case "webhook":
      return "an alert";
    case "system":
      return "the bridge";
    case "workflow":
      return "a workflow";
    default:
      return unreachable(kind);
  }
}

/** Alerts of one kind that came in one entry make one line: a storm is one fact. */
function grouped(events: readonly IncidentEvent[]): IncidentEvent[][] {
  const groups: IncidentEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const first = last?.[0];
    const sameKind = event.type === "AlertAttached" && first?.type === "AlertAttached" && first.kind === event.kind;
    if (last && sameKind) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

function lineOf(events: readonly IncidentEvent[], actor: string, people: People): string | undefined {
  const [event] = events;
  if (!event) return undefined;
  return event.type === "AlertAttached" ? alertLine(event, events.length) : sentenceOf(event, actor, people);

  function alertLine(alert: EventOf<"AlertAttached">, count: number): string {
    const what = { oncall: "Grafana OnCall", alerting: "Grafana Alerting" }[alert.source];
    const title = quoted(alert.title, people, 200);
    return count === 1
      ? `${what} reported the alert ${title} as ${alert.kind}.`
      : `${what} reported ${count} alerts as ${alert.kind}, the first of them ${title}.`;
  }
}

/** Undefined for what is only machinery. A new event does not compile until it is decided here. */
function sentenceOf(
  event: Exclude<IncidentEvent, { type: "AlertAttached" }>,
  actor: string,
  people: People,
): string | undefined {
  const name = (userId: string) => nameOf(people, userId);
  const say = (text: string) => quoted(text, people);
  const plain = (text: string) => publishable(text, people);
  switch (event.type) {
    case "IncidentOpened":
      return event.origin === "alert"
        ? `The incident was opened for ${plain(event.service)} as ${event.severity} by the alert ${say(event.title)}.`
        : `${actor} declared the incident for ${plain(event.service)} as ${event.severity}: ${say(event.title)}.`;
    case "EpochOpened":
      return `The record was begun anew as epoch ${event.epoch} by ${say(event.by)}, because what came before does not verify: ${say(event.reason)}.`;
    case "RecordBreakFound":
      return `The record of ${event.incident ?? "the audit log"} was found not to verify: ${event.total} findings.`;
    case "BrokenRoomFound":
      return `The room of ${event.incident} was to be told.`;
    case "CredentialExpiryFound":
      return `The credential ${plain(event.credential)} was found to end at ${event.endsAt.slice(0, 16).replace("T", " ")} UTC.`;
    case "RoomRequested":
      return `${actor} asked for a room, as ${event.severity}.`;
    case "RespondersFound":
      return respondersSentence(event, plain, name);
    case "ContextGathered":
    case "ContextRead":
      return event.readings.length === 0 ? undefined : `The bridge read: ${event.readings.map(readingOf).join("; ")}.`;
    case "RoomCreated":
      return `The war room ${event.name} was created.`;
    case "RoomStepDone":
      return event.ok
        ? undefined
        : `Setting up the room failed at the step ${event.step}: ${say(event.error ?? "no reason given")}.`;
    case "RoomOpened":
      return "The war room opened with people in it.";
    case "RoomArchived":
      return "The war room was archived.";
    case "DoorbellRungAgain":
      return "No room had opened yet, so Slack was asked again.";
    case "WatchdogSpoke":
      return `No room had opened, so the alerts channel was told directly (${event.alertsChannel}); fallback webhook: ${event.fallbackWebhook}.`;
    case "CommandTaken":
      return event.from === null
        ? `${name(event.by)} took command.`
        : `${name(event.by)} took command from ${name(event.from)}.`;
    case "HandoverOffered":
      return `${name(event.by)} offered command to ${name(event.to)}.`;
    case "HandoverLapsed":
      return `${name(event.to)} did not answer the offer of command in time; it stayed with ${name(event.by)}.`;
    case "CommandQuestioned":
      return `${name(event.commander)} had command and had recorded nothing for long, and was asked whether they were there.`;
    case "CommandKept":
      return `${name(event.by)} confirmed to be in command.`;
    case "CommandAbandoned":
      return `${name(event.commander)} did not answer; from then on anybody could take command.`;
    case "RoleAssigned":
      return event.to === null
        ? `${name(event.by)} ended the role ${event.role}.`
        : `${name(event.by)} gave the role ${event.role} to ${name(event.to)}.`;
    case "PageRequested": {
      const whom = event.target.kind === "person" ? name(event.target.id) : say(event.target.name);
      return event.by === null
        ? `The bridge was to page ${whom} (${event.cause}).`
        : `${name(event.by)} asked to page ${whom}.`;
    }
    case "PageSent":
      return "OnCall took the page.";
    case "PageDelayed":
      return `The page could not be sent yet: ${say(event.reason)}.`;
    case "PageFailed":
      return `The page was not sent: ${say(event.reason)}.`;
    case "PageOutcomeUnknown":
      return `It was unknown whether OnCall had sent the page: ${say(event.reason)}.`;
    case "PageAcknowledged":
      return "The page was acknowledged in OnCall.";
    case "AlertGroupAcknowledged":
      return event.already
        ? "An alert group had been acknowledged in OnCall already."
        : "An alert group was acknowledged in OnCall, because somebody had command.";
    case "AcknowledgeDelayed":
      return `An alert group could not be acknowledged in OnCall: ${say(event.reason)}.`;
    case "StatusUpdateRequested":
      return `${name(event.by)} asked for a customer update with the status ${event.status}: ${say(event.impact)}.`;
    case "HoldingStatementRequested":
      return "A first statement for customers was prepared, to wait for approval.";
    case "DraftProposed":
      return `A customer update was drafted by ${{ model: "the model", template: "the template", human: "hand" }[event.author.kind]}: ${say(event.content.title)}.`;
    case "DraftRevised":
      return `${name(event.by)} changed the text of the customer update.`;
    case "ApprovalGranted":
      return `${name(event.by)} approved the customer update as ${event.basis}${event.selfApproved ? ", having written it too" : ""}.`;
    case "ApprovalDenied":
      return `${name(event.by)} could not approve the customer update: ${event.reason}.`;
    case "ApprovalVoided":
      return `The approval of the customer update was withdrawn: ${event.reason}.`;
    case "ApprovalRevoked":
      return `${name(event.by)} took the approval of the customer update back.`;
    case "FindingAcknowledged":
      return `${name(event.by)} confirmed that something the scan had found may be public.`;
    case "ApproverAsked":
      return `${name(event.by)} asked for an approver.`;
    case "BreakGlassUsed":
      return `${name(event.by)} went around the approval rule: ${say(event.reason)}.`;
    case "ReviewOpened":
      return "A review of that exception was opened.";
    case "ReviewClosed":
      return `${name(event.by)} closed the review: ${say(event.finding)}.`;
    case "CheckpointSkipped":
      return `The update went ahead without a checkpoint of the record: ${say(event.reason)}.`;
    case "PublishAttested":
      return `${name(event.by)} stated that the customer update is on the page.`;
    case "TwinDetected":
      return "The page holds the customer update twice.";
    case "PagePostUnmatched":
      return "The page holds an update that was not approved here.";
    case "PageEntryAttested":
      return `${name(event.by)} accounted for an update of the page that was made elsewhere.`;
    case "PublicLeftOpen":
      return `${name(event.by)} left the public incident open: ${say(event.reason)}.`;
    case "ApprovalExpired":
      return "The approval of the customer update ran out before it was published.";
    case "DraftRejected":
      return `${name(event.by)} rejected the customer update: ${say(event.reason)}.`;
    case "DraftCancelled":
      return `The update was dropped: ${say(event.reason)}.`;
    case "AttestedEntryFound":
      return `The entry of the status page that was attested was found: ${event.url}.`;
    case "DraftExpired":
      return "The customer update ran out: nobody decided about it.";
    case "PublishDeferred":
      return `Publishing was put off: ${say(event.reason)}.`;
    case "PublishSucceeded":
      return "The customer update was published.";
    case "PublishFailed":
      return `Publishing the customer update failed: ${say(event.reason)}.`;
    case "PublishOutcomeUnknown":
      return `It was unknown whether the customer update had been published: ${say(event.reason)}.`;
    case "PublishReconciled":
      return `The status page was read to find out whether the update is public: ${event.result}.`;
    case "PublishGivenUp":
      return `${name(event.by)} gave up publishing the customer update.`;
    case "IncidentResolved":
      return `${actor} closed the incident as ${event.outcome}${event.summary === "" ? "" : `: ${say(event.summary)}`}.`;
    case "PostmortemDrafted":
      return event.author === "template"
        ? `The postmortem was written from the record alone${event.note === null ? "" : `: ${say(event.note)}`}.`
        : `The model drafted parts of the postmortem; ${event.dropped} of its sentences stood in no entry and were left out.`;
    case "PostmortemFiled":
      return `The postmortem was filed as ${event.identifier}.`;
    case "PostmortemReviewed":
      return event.how === "unseen"
        ? "Nobody had ended the postmortem's issue when it was looked at for the last time."
        : `The postmortem's issue was ${event.how}.`;
    case "PostmortemDelayed":
      return `Filing the postmortem was put off: ${say(event.reason)}.`;
    case "NudgeIssued":
      return `The room was reminded: ${say(event.reason)}.`;
    case "EffectFailed":
      return `A piece of work in Slack failed and was tried again: ${say(event.error)}.`;
    case "JoinRequested":
      return `${name(event.userId)} asked to join the room.`;
    case "JoinAccepted":
      return `${name(event.by)} let ${name(event.userId)} into the room.`;
    case "PersonInvited":
      return event.error === null ? undefined : `${name(event.userId)} could not be invited: ${say(event.error)}.`;
    case "AlertGroupSplit":
      return `${name(event.by)} gave one alert group an incident of its own, ${event.to}.`;
    case "AlertGroupsMoved":
      return `Alert groups went to ${event.to}: ${event.correlationKeys.length}.`;
    case "AlertGroupsReceived":
      return `Alert groups came from ${event.from}: ${event.groups.length}, the first of them ${say(event.groups[0]?.title ?? "unnamed")}.`;
    case "PageCalled":
    case "PageGroupRecognised":
    case "MessageRemoved":
    case "AlertRuleNamed":
    case "AlertRouted":
    case "MessagePainted":
    case "CheckpointWitnessed":
    case "ClockSkewSeen":
    case "AuditRead":
    case "DetailsErased":
    case "IncidentExported":
    case "EpochDecided":
    case "DraftShown":
    case "DraftSuperseded":
    case "PublishStarted":
    case "CardRepainted":
    case "PostmortemReserved":
    case "PostmortemLinked":
    case "RoomMarked":
      return undefined;
    case "NudgeListed":
    case "NudgesSilenced":
    case "NudgesUnsilenced":
    case "NoteTaken":
    case "ResponseRated":
    case "IncidentReopened":
    case "PersonCalledIn":
    case "ClosingNotShown":
    case "RoomNotArchived":
    case "BookmarkSet":
    case "NoteRevised":
    case "NoteWithdrawn":
    case "NotesReread":
      return roomLifeSentence(event, { name, say });
    case "WorkflowAsked":
    case "WorkflowNoted":
      return workflowSentence(event, { name, say, plain });
    default:
      return runbookSentence(event, { name, say, plain });
  }

  function readingOf({ label, value, why }: { label: string; value: string | null; why: string | null }): string {
    return value === null
      ? `${plain(label)} unavailable (${plain(why ?? "no reason given")})`
      : `${plain(label)} ${plain(value)}`;
  }
}

function respondersSentence(
  event: EventOf<"RespondersFound">,
  plain: (text: string) => string,
  name: (userId: string) => string,
): string {
  const called = event.people.map(({ userId }) => name(userId)).join(", ");
  const missing = event.missing.map(({ name, why }) => `${plain(name)} (${plain(why)})`).join(", ");
  const who = called === "" ? "Nobody could be called in" : `Called in: ${called}`;
  return `${who}; source: ${event.source}${missing === "" ? "" : `; missing: ${missing}`}.`;
}
