import { describe, test } from "vitest";
import {
  attestPageEntry,
  leavePublicOpen,
  recordCheckpointSkipped,
  recordTwin,
  recordUnmatched,
} from "../../../../bridge/incident/decide/page-watch.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { given, MINUTE, T0 } from "../../../support/given.ts";
import {
  commandTaken,
  DRAFT,
  PEOPLE,
  published,
  publishing,
  resolved,
  roomOpened,
  succeeded,
  TEAM,
  waiting,
} from "../../../support/incident-events.ts";

const NOW = T0 + MINUTE;
const post = { type: "PagePostUnmatched", targetId: "h9", updateId: "r9", status: "identified" } as const;
const { type: _post, ...entry } = post;

describe("a twin", () => {
  const twin = { type: "TwinDetected", draftId: DRAFT, version: 1, attemptId: "ATT-1", entries: ["h4", "h5"] } as const;
  const record = (attemptId: string) => (state: Incident) =>
    recordTwin(state, { draftId: DRAFT, version: 1, attemptId, entries: ["h4", "h5"] });
  test("is recorded once, of the attempt it belongs to", () => {
    const told: IncidentEvent = { ...twin, entries: [...twin.entries] };
    given(...published())
      .when(record("ATT-1"))
      .then(told);
    given(...published(), told)
      .when(record("ATT-1"))
      .thenNothing();
    given(...published())
      .when(record("ATT-2"))
      .thenNothing();
  });
});

describe("a foreign post", () => {
  test("is recorded once each, oldest first, and no more than twenty at a time", () => {
    const many = Array.from({ length: 25 }, (_, n) => ({ ...entry, updateId: `r${n}` }));
    given(...roomOpened(), post)
      .when((state) => recordUnmatched(state, { entries: [entry] }))
      .thenNothing();
    given(...roomOpened())
      .when((state) => recordUnmatched(state, { entries: many }))
      .then(
        ...many
          .slice(0, 20)
          .reverse()
          .map((one): IncidentEvent => ({ type: "PagePostUnmatched", ...one })),
      );
  });

  const attest =
    (change: { actor?: string; inApproverGroup?: boolean; targetId?: string | undefined } = {}) =>
    (state: Incident, now: number) => {
      const { actor = PEOPLE.jordan, inApproverGroup = true } = change;
      const facts = factsOf(now, { userId: actor, inApproverGroup });
      const targetId = "targetId" in change ? change.targetId : "h9";
      return attestPageEntry(
        state,
        { actor, ourTeam: TEAM, facts, link: "https://status.example.com/i/h9", targetId },
        now,
      );
    };
  const attested: IncidentEvent = {
    type: "PageEntryAttested",
    updateId: "r9",
    by: PEOPLE.jordan,
    link: "https://status.example.com/i/h9",
  };

  test("is accounted for by whoever may approve, once", () => {
    given(...roomOpened(), post)
      .when(attest(), NOW)
      .then(attested);
    given(...roomOpened(), post)
      .when(attest({ actor: PEOPLE.kim, inApproverGroup: false }), NOW)
      .thenRefused("not-an-approver");
    given(...roomOpened(), post, attested)
      .when(attest(), NOW)
      .thenRefused("nothing-unmatched");
    given(...roomOpened(), post)
      .when(attest({ targetId: undefined }), NOW)
      .thenRefused("nothing-unmatched");
    given().when(attest(), NOW).thenRefused("incident-unknown");
  });
});

describe("leaving the public incident open", () => {
  const leave = (actor: string) => (state: Incident) =>
    leavePublicOpen(state, { actor, reason: "The vendor is still down." });
  test("is the commander's to say, after the end, while it is open", () => {
    given(...published(), commandTaken(), resolved())
      .when(leave(PEOPLE.alex))
      .then({ type: "PublicLeftOpen", by: PEOPLE.alex, reason: "The vendor is still down." });
    given(...published(), commandTaken(), resolved())
      .when(leave(PEOPLE.sam))
      .thenRefused("not-commander");
    given(...published(), commandTaken())
      .when(leave(PEOPLE.alex))
      .thenRefused("not-resolved");
    given(...roomOpened(), resolved())
      .when(leave(PEOPLE.alex))
      .thenRefused("nothing-open");
  });
});

describe("a skipped checkpoint", () => {
  const skip = (state: Incident) =>
    recordCheckpointSkipped(state, { draftId: DRAFT, version: 1, attemptId: "ATT-1", reason: "it took too long" });
  test("is said in the stream by the attempt under way, and by no other", () => {
    given(...publishing())
      .when(skip)
      .then({ type: "CheckpointSkipped", draftId: DRAFT, version: 1, attemptId: "ATT-1", reason: "it took too long" });
    given(...waiting())
      .when(skip)
      .thenRefused("other-attempt");
    given(...publishing(), succeeded())
      .when(skip)
      .thenRefused("other-attempt");
  });
});
