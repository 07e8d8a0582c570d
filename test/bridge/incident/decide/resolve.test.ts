import { describe, test } from "vitest";
import {
  type ResolveIncidentInput,
  recordPostmortem,
  recordPostmortemDelay,
  reservePostmortem,
  resolveIncident,
} from "../../../../bridge/incident/decide/resolve.ts";
import type { EventOf } from "../../../../bridge/incident/events.ts";
import { given } from "../../../support/given.ts";
import {
  approved,
  commandTaken,
  DRAFT,
  drafted,
  failed,
  INCIDENT,
  PEOPLE,
  published,
  publishing,
  reconciled,
  requested,
  resolved,
  roomOpened,
  shown,
  unknown,
  waiting,
} from "../../../support/incident-events.ts";

const OTHER = "INC-20261121-0900-AAAA";
const input = (change: Partial<ResolveIncidentInput> = {}): ResolveIncidentInput => ({
  actor: PEOPLE.alex,
  outcome: "resolved",
  summary: "The payment provider is back.",
  duplicateOf: undefined,
  gate: { exec: false, proofs: [], overrideReason: undefined },
  publicText: undefined,
  ...change,
});
const resolve =
  (change: Partial<ResolveIncidentInput> = {}) =>
  (state: Parameters<typeof resolveIncident>[0]) =>
    resolveIncident(state, input(change));

describe("resolveIncident", () => {
  test("flips the state, whoever does it while nobody has command", () => {
    given(...roomOpened())
      .when(resolve())
      .then(resolved());
  });

  test("is the commander's alone once somebody has command", () => {
    given(...roomOpened(), commandTaken())
      .when(resolve())
      .then(resolved());
    given(...roomOpened(), commandTaken())
      .when(resolve({ actor: PEOPLE.sam }))
      .thenRefused("not-commander");
  });

  test("happens once", () => {
    given(...roomOpened(), resolved())
      .when(resolve())
      .thenRefused("already-resolved");
    given().when(resolve()).thenRefused("incident-unknown");
  });

  test.each([
    ["approved", approved()],
    ["under way", publishing()],
    ["unknown in its outcome", [...publishing(), unknown()]],
    ["waiting for a person to look", [...publishing(), unknown(), reconciled({ absences: 2 })]],
  ])("waits while an update is %s", (_how, history) => {
    given(...history)
      .when(resolve())
      .thenRefused("publish-under-way");
  });

  test.each([
    ["asked for", [...roomOpened(), requested()], 0],
    ["waiting for approval", waiting(), 1],
    ["failed", [...publishing(), failed()], 1],
  ])(
    "drops a first word to customers that is only %s: it would be about something that is over",
    (_how, history, version) => {
      given(...history)
        .when(resolve())
        .then(resolved(), {
          type: "DraftCancelled",
          draftId: DRAFT,
          version,
          reason: "the incident is over and customers were never told of it",
        });
    },
  );

  test("leaves what is public, and what waits to follow it, as it is", () => {
    const second = { draftId: "DRF-0000000002", target: { id: "h4z9w6tq1mxk", rev: "r2c8v5yn7jdp|investigating" } };
    given(...published(), requested({ draftId: second.draftId }), drafted(second), shown(second))
      .when(resolve())
      .then(resolved());
  });

  test("as no incident, or as a duplicate, is refused once customers know", () => {
    given(...published())
      .when(resolve({ outcome: "not_an_incident" }))
      .thenRefused("already-public");
    given(...published())
      .when(resolve({ outcome: "duplicate", duplicateOf: OTHER }))
      .thenRefused("already-public");
  });

  test("as a duplicate names the other incident", () => {
    given(...roomOpened())
      .when(resolve({ outcome: "duplicate", duplicateOf: OTHER }))
      .then(resolved({ outcome: "duplicate", duplicateOf: OTHER }));
    given(...roomOpened())
      .when(resolve({ outcome: "duplicate" }))
      .thenRefused("duplicate-of-what");
    given(...roomOpened())
      .when(resolve({ outcome: "duplicate", duplicateOf: INCIDENT }))
      .thenRefused("duplicate-of-what");
  });

  test("names no other incident for any other outcome", () => {
    given(...roomOpened())
      .when(resolve({ outcome: "not_an_incident", duplicateOf: OTHER }))
      .then(resolved({ outcome: "not_an_incident" }));
  });
});

describe("the postmortem", () => {
  const id = "6f1c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10";
  const { type: _filed, ...filing } = {
    type: "PostmortemFiled",
    issueId: id,
    identifier: "INC-12",
    url: "https://linear.example.com/INC-12",
    author: "template",
    note: null,
  } as const;
  const filed: EventOf<"PostmortemFiled"> = { type: "PostmortemFiled", ...filing };
  const closed = [...roomOpened(), resolved()];

  test("gets one issue id, for ever", () => {
    given(...closed)
      .when((state) => reservePostmortem(state, { issueId: id }))
      .then({ type: "PostmortemReserved", issueId: id });
    given(...closed, { type: "PostmortemReserved", issueId: id })
      .when((state) => reservePostmortem(state, { issueId: "0d1c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10" }))
      .thenNothing();
  });

  test("is filed once", () => {
    given(...closed)
      .when((state) => recordPostmortem(state, filing))
      .then(filed);
    given(...closed, filed)
      .when((state) => recordPostmortem(state, filing))
      .thenNothing();
  });

  test("that is late is said once, and not after it was filed", () => {
    const late = { type: "PostmortemDelayed", reason: "the tracker did not answer" } as const;
    const decide = (state: Parameters<typeof recordPostmortemDelay>[0]) =>
      recordPostmortemDelay(state, { reason: late.reason });
    given(...closed)
      .when(decide)
      .then(late);
    given(...closed, late)
      .when(decide)
      .thenNothing();
    given(...closed, filed)
      .when(decide)
      .thenNothing();
  });
});
