import { describe, expect, test } from "vitest";
import {
  attestPageEntry,
  leavePublicOpen,
  recordAttestedEntry,
  recordCheckpointSkipped,
  recordTwin,
  recordUnmatched,
} from "../../../../bridge/incident/decide/page-watch.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { gateNotices, publicStillOpen } from "../../../../bridge/incident/views/gate-notices.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { given, MINUTE, T0 } from "../../../support/given.ts";
import {
  commandTaken,
  DRAFT,
  failed,
  PEOPLE,
  published,
  publishing,
  resolved,
  roomOpened,
  succeeded,
  TEAM,
  waiting,
} from "../../../support/incident-events.ts";
import { viewWorld } from "../../../support/view-world.ts";

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
    (change: { actor?: string; inApproverGroup?: boolean; page?: "not-there" } = {}) =>
    (state: Incident, now: number) => {
      const { actor = PEOPLE.jordan, inApproverGroup = true, page = { targetId: "h9", rev: "r9|identified" } } = change;
      const facts = factsOf(now, { userId: actor, inApproverGroup });
      return attestPageEntry(
        state,
        { actor, ourTeam: TEAM, facts, link: "https://status.example.com/i/h9", page },
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
      .when(attest({ page: "not-there" }), NOW)
      .thenRefused("not-on-the-page");
    given().when(attest(), NOW).thenRefused("incident-unknown");
  });
});

describe("an update attested while the page could not be read", () => {
  const link = "https://status.example.com/i/h9";
  const unread: IncidentEvent = {
    type: "PublishAttested",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.riley,
    link: "https://status.example.com/i/mistyped",
    textHash: "a".repeat(64),
    targetId: null,
    rev: null,
  };
  const found: IncidentEvent = {
    type: "AttestedEntryFound",
    draftId: DRAFT,
    targetId: "h9",
    url: link,
    rev: "r9|identified",
  };
  const entryOf = { draftId: DRAFT, targetId: "h9", url: link, rev: "r9|identified" };

  test("is found by reading the page, once", () => {
    given(...publishing(), failed(), unread)
      .when((state) => recordAttestedEntry(state, entryOf))
      .then(found);
    given(...publishing(), failed(), unread, found)
      .when((state) => recordAttestedEntry(state, entryOf))
      .thenNothing();
  });

  test("is found by the right link, where the first was mistyped", () => {
    given(...publishing(), failed(), unread)
      .when(
        (state, now) =>
          attestPageEntry(
            state,
            {
              actor: PEOPLE.jordan,
              ourTeam: TEAM,
              facts: factsOf(now),
              link,
              page: { targetId: "h9", rev: "r9|identified" },
            },
            now,
          ),
        NOW,
      )
      .then(found);
  });

  test("keeps asking whether it may stay open after the end, and somebody may say so", () => {
    const { state } = given(...publishing(), failed(), unread, resolved());
    expect(publicStillOpen(state)).toBe(true);
    expect(gateNotices(state, NOW, viewWorld()).map(({ key }) => key)).toContain(`unread-${DRAFT}`);
    expect(
      leavePublicOpen(
        state,
        { actor: PEOPLE.alex, ourTeam: TEAM, facts: factsOf(NOW, { userId: PEOPLE.alex }), reason: "It is gone." },
        NOW,
      ).kind,
    ).toBe("happened");
  });
});

describe("leaving the public incident open", () => {
  const leave =
    (actor: string, facts: Parameters<typeof factsOf>[1] = {}) =>
    (state: Incident, now: number) =>
      leavePublicOpen(
        state,
        {
          actor,
          ourTeam: TEAM,
          facts: factsOf(now, { userId: actor, inApproverGroup: false, ...facts }),
          reason: "The vendor is still down.",
        },
        now,
      );
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

  const leaderless = () => [...published().filter(({ type }) => type !== "CommandTaken"), resolved()];
  test("without a commander it is for a responder or an approver to say, and for nobody else", () => {
    const left = (by: string): IncidentEvent => ({ type: "PublicLeftOpen", by, reason: "The vendor is still down." });
    given(...leaderless())
      .when(leave(PEOPLE.jordan, { inApproverGroup: true }))
      .then(left(PEOPLE.jordan));
    given(...leaderless())
      .when(leave(PEOPLE.sam))
      .then(left(PEOPLE.sam));
    given(...leaderless())
      .when(leave(PEOPLE.casey))
      .thenRefused("not-a-responder");
    given(...leaderless())
      .when(leave(PEOPLE.sam, { restricted: true }))
      .thenRefused("not-a-member");
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
