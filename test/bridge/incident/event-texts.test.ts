import { describe, expect, test } from "vitest";
import * as z from "zod";
import { IncidentEvent } from "../../../bridge/incident/events.ts";
import { wordsIn } from "../../../bridge/incident/sealed-events.ts";

/**
 * What a text of the ledger is. A new field fails here until somebody has decided: what a person or an alert said is `words`, and those
 * stand sealed elsewhere.
 *
 * - `id`: names a person, a thing, a place or a revision, and says nothing about it
 * - `link`: where something can be read
 * - `published`: customers read it, or an approver has it in front of them word for word
 * - `ours`: written by the program, a runbook or services.yaml; quotes nobody
 * - `signed`: what an operator signs with in a record that no key of words reaches
 * - `words`: sealed
 */
type Kind = "id" | "link" | "published" | "ours" | "signed" | "words";

/** Names that mean the same in every event. Names like `reason`, `note` or `title` must never stand here. */
const BY_NAME: Record<string, Kind> = {
  by: "id",
  to: "id",
  from: "id",
  userId: "id",
  author: "id",
  commander: "id",
  incident: "id",
  channel: "id",
  ts: "id",
  key: "id",
  rev: "id",
  correlationKey: "id",
  groupId: "id",
  routeId: "id",
  pageId: "id",
  draftId: "id",
  attemptId: "id",
  approvalId: "id",
  reviewId: "id",
  targetId: "id",
  updateId: "id",
  noteId: "id",
  runbookId: "id",
  itemId: "id",
  evidenceId: "id",
  actionId: "id",
  checkId: "id",
  run: "id",
  link: "link",
  url: "link",
};

const BY_FIELD: Record<string, Kind> = {
  // Opening and alerts
  "IncidentOpened.title": "words",
  "IncidentOpened.service": "id",
  "IncidentOpened.team": "id",
  "IncidentOpened.severityBasis": "ours",
  "IncidentOpened.roomName": "id",
  "IncidentOpened.links.alertGroup": "link",
  "IncidentOpened.links.dashboard": "link",
  "IncidentOpened.links.silence": "link",
  "IncidentOpened.links.runbook": "link",
  "IncidentOpened.links.call": "link",
  "AlertRuleNamed.rule": "id",
  "AlertAttached.dedupeKey": "id",
  "AlertAttached.title": "words",
  "AlertAttached.named.*.id": "id",
  "AlertAttached.named.*.username": "words",
  "AlertGroupsMoved.correlationKeys.*": "id",
  "AlertGroupsReceived.groups.*.title": "words",
  // People, pages and the room
  "RespondersFound.note": "ours",
  "RespondersFound.people.*.name": "words",
  "RespondersFound.missing.*.name": "words",
  "RespondersFound.missing.*.why": "ours",
  "RespondersFound.first": "id",
  "PageRequested.target.id": "id",
  "PageRequested.target.name": "words",
  "PageRequested.message": "words",
  "PageCalled.people.*.id": "id",
  "PageCalled.people.*.username": "words",
  "PageDelayed.reason": "ours",
  "PageFailed.reason": "ours",
  "PageOutcomeUnknown.reason": "ours",
  "AcknowledgeDelayed.reason": "ours",
  "RoomCreated.name": "id",
  "RoomStepDone.error": "ours",
  "RoomStepDone.notInvited.*.error": "ours",
  "PersonInvited.error": "ours",
  "WatchdogSpoke.error": "ours",
  "EffectFailed.effectId": "id",
  "EffectFailed.error": "ours",
  "ClosingNotShown.reason": "ours",
  "RoomNotArchived.reason": "ours",
  "BookmarkSet.bookmarkId": "id",
  "JoinRequested.reason": "words",
  // What was read as context
  "ContextGathered.readings.*.label": "ours",
  "ContextGathered.readings.*.value": "words",
  "ContextGathered.readings.*.why": "ours",
  "ContextRead.readings.*.label": "ours",
  "ContextRead.readings.*.value": "words",
  "ContextRead.readings.*.why": "ours",
  "ContextRead.readings.*.details.*": "words",
  "ContextRead.links.*.title": "ours",
  // Command, severity, checklist
  "HandoverOffered.note": "words",
  "SeverityChanged.reason": "words",
  "SeverityChanged.rule": "id",
  "SeverityConfirmed.reason": "words",
  "PhaseMoved.reason": "words",
  "PhaseMoved.skipped.*": "ours",
  "RunbooksChosen.matches.*.trigger": "ours",
  "RunbookAttached.text": "ours",
  "RunbookAttached.trigger": "ours",
  "RunbookDetached.reason": "words",
  "ItemTicked.proof": "words",
  "ItemSkipped.reason": "words",
  "EvidenceStored.note": "words",
  "PublicUpdateWaived.reason": "words",
  "CheckProven.proof": "words",
  "CheckOverridden.reason": "words",
  // Reminders, notes, the end
  "NudgeIssued.reason": "ours",
  "NudgeListed.points.*.text": "ours",
  "NudgeListed.points.*.role": "ours",
  "NudgesSilenced.reason": "words",
  "NudgesUnsilenced.reason": "words",
  "NoteTaken.text": "words",
  "NoteRevised.text": "words",
  "NotesReread.noteIds.*": "id",
  "RoomMarked.until": "id",
  "RoomMarked.why": "ours",
  "WorkflowAsked.subject": "words",
  "WorkflowAsked.words": "words",
  "WorkflowNoted.words": "words",
  "ResponseRated.comment": "words",
  "IncidentResolved.summary": "words",
  "IncidentResolved.duplicateOf": "id",
  "IncidentReopened.reason": "words",
  "PostmortemDrafted.note": "ours",
  "PostmortemDrafted.parts.*.sentences.*.text": "words",
  "PostmortemDrafted.actions.*.text": "words",
  "PostmortemDrafted.actions.*.because": "words",
  "PostmortemFiled.identifier": "id",
  "PostmortemFiled.note": "ours",
  "PostmortemDelayed.reason": "ours",
  // What customers are told
  "StatusUpdateRequested.impact": "words",
  "StatusUpdateRequested.components.*.id": "id",
  "HoldingStatementRequested.components.*.id": "id",
  ...content("DraftProposed"),
  "DraftProposed.author.note": "ours",
  ...content("DraftRevised"),
  "DraftShown.executionId": "id",
  "DraftRejected.reason": "words",
  "DraftCancelled.reason": "ours",
  "DraftSuperseded.byDraftId": "id",
  "ApprovalGranted.retryOf": "id",
  "FindingAcknowledged.findingId": "id",
  "BreakGlassUsed.reason": "words",
  "ReviewClosed.finding": "words",
  "PublishStarted.approvalIds.*": "id",
  "PublishStarted.owner": "id",
  "CheckpointSkipped.reason": "ours",
  "PublishDeferred.reason": "ours",
  "PublishFailed.reason": "ours",
  "PublishOutcomeUnknown.reason": "ours",
  "TwinDetected.entries.*": "id",
  "PagePostUnmatched.status": "id",
  "PublicLeftOpen.reason": "words",
  // The record itself
  "AuditRead.reader": "id",
  "IncidentExported.reader": "id",
  "IncidentExported.uncovered": "ours",
  "RecordBreakFound.findings.*.code": "id",
  "RecordBreakFound.findings.*.layer": "id",
  "CredentialExpiryFound.credential": "id",
  "CredentialExpiryFound.title": "ours",
  "CredentialExpiryFound.whose": "ours",
  "CredentialExpiryFound.next": "ours",
  "DetailsErased.because": "signed",
  "EpochDecided.by": "signed",
  "EpochDecided.reason": "signed",
  "EpochOpened.by": "signed",
  "EpochOpened.reason": "signed",
  "EpochOpened.findings.*.code": "id",
  "EpochOpened.findings.*.layer": "id",
  "EpochOpened.public.title": "published",
  "EpochOpened.public.body": "published",
  ...content("EpochOpened.attempt"),
};

function content(where: string): Record<string, Kind> {
  const kinds: Record<string, Kind> = {
    pageId: "id",
    incidentId: "id",
    targetId: "id",
    expectedTargetRev: "id",
    title: "published",
    body: "published",
  };
  return Object.fromEntries(Object.entries(kinds).map(([field, kind]) => [`${where}.content.${field}`, kind]));
}

type Schema = z.core.JSONSchema.BaseSchema;

/** Every place that takes any text: what has a form of its own, as an instant or a digest, says nothing. */
function textPlaces(schema: Schema, place: string): string[] {
  const { anyOf = [], properties = {}, items } = schema;
  if (schema.type === "string")
    return schema.enum || schema.const !== undefined || schema.format || schema.pattern ? [] : [place];
  return [
    ...anyOf.flatMap((one) => textPlaces(one as Schema, place)),
    ...Object.entries(properties).flatMap(([name, field]) => textPlaces(field as Schema, `${place}.${name}`)),
    ...(items ? textPlaces(items as Schema, `${place}.*`) : []),
  ];
}

/** An event that says something in each of its places, as far as finding words goes. */
function spoken(schema: Schema): unknown {
  const { anyOf: [first] = [], properties, items } = schema;
  if (first) return spoken(first as Schema);
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, spoken(field as Schema)]));
  return items ? [spoken(items as Schema)] : "said";
}

const EVENTS = IncidentEvent.options.map((option) => ({
  type: option.shape.type.value,
  schema: z.toJSONSchema(option) as Schema,
}));
const PLACES = EVENTS.flatMap(({ type, schema }) => textPlaces(schema, type));
const kindOf = (place: string): Kind | undefined => BY_FIELD[place] ?? BY_NAME[place.split(".").at(-1) ?? ""];

describe("each text that an event can hold", () => {
  test("is known for what it is", () => {
    expect(PLACES.filter((place) => kindOf(place) === undefined)).toEqual([]);
  });

  test("is sealed where a person or an alert said it, and nowhere else", () => {
    const sealed = EVENTS.flatMap(({ type, schema }) =>
      Object.keys(wordsIn({ ...(spoken(schema) as object), type } as IncidentEvent) ?? {}).map(
        (place) => `${type}.${place.replace(/\.\d+(?=\.|$)/g, ".*")}`,
      ),
    );
    expect(sealed.sort()).toEqual(PLACES.filter((place) => kindOf(place) === "words").sort());
  });
});

test("the table names only what there is", () => {
  expect(Object.keys(BY_FIELD).filter((place) => !PLACES.includes(place))).toEqual([]);
  const names = new Set(PLACES.map((place) => place.split(".").at(-1)));
  expect(Object.keys(BY_NAME).filter((name) => !names.has(name))).toEqual([]);
});
