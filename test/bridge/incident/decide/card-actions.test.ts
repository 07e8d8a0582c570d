import { describe, expect, test } from "vitest";
import {
  acknowledgeFinding,
  askApprover,
  attestPublished,
  type CardClick,
  closeReview,
  giveUpPublish,
  revokeApproval,
  useBreakGlass,
} from "../../../../bridge/incident/decide/card-actions.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { at, given, MINUTE, SECOND, T0 } from "../../../support/given.ts";
import {
  approved,
  DRAFT,
  failed,
  hashOf,
  PEOPLE,
  published,
  publishing,
  reconciled,
  roomOpened,
  TEAM,
  unknown,
  waiting,
} from "../../../support/incident-events.ts";

const NOW = T0 + MINUTE;
const click = (change: Partial<CardClick> = {}): CardClick => ({
  actor: PEOPLE.jordan,
  ourTeam: TEAM,
  facts: factsOf(NOW),
  draftId: DRAFT,
  version: 1,
  hash16: hashOf().slice(0, 16),
  ...change,
});
const stranger = { actor: PEOPLE.kim, facts: factsOf(NOW, { userId: PEOPLE.kim, inApproverGroup: false }) };
const unsettled = [...publishing(), unknown(), reconciled({ absences: 2 })];
type Act = (change?: Partial<CardClick>) => (state: Incident, now: number) => ReturnType<typeof revokeApproval>;

const revoke: Act = (change) => (state, now) => revokeApproval(state, click(change), now);
const tick: Act = (change) => (state, now) =>
  acknowledgeFinding(state, { ...click(change), findingId: "f1", findings: [{ id: "f1" }] }, now);
const breakGlass: Act = (change) => (state, now) =>
  useBreakGlass(state, { ...click(change), reason: "Alone.", reviewId: "REV-1" }, now);
const giveUp: Act = (change) => (state, now) => giveUpPublish(state, click(change), now);
const LINK = "https://status.kestrel.example.com/i/h4z9w6tq1mxk";
const attestAs =
  (page: Parameters<typeof attestPublished>[1]["page"]): Act =>
  (change) =>
  (state, now) =>
    attestPublished(state, { ...click(change), link: LINK, textHash: hashOf(), page }, now);
const attest = attestAs({ targetId: "h4z9w6tq1mxk", rev: "r1|investigating" });

describe.each<[string, Act, IncidentEvent[]]>([
  ["taking an approval back", revoke, approved()],
  ["ticking a finding", tick, waiting()],
  ["break-glass", breakGlass, waiting()],
  ["giving up", giveUp, unsettled],
  ["attesting", attest, unsettled],
])("%s", (_what, act, history) => {
  test("is for whoever may approve", () => {
    const decided = given(...history).when(act(), NOW).decision;
    expect(decided.kind).toBe("happened");
    given(...history)
      .when(act(stranger), NOW)
      .thenRefused("not-an-approver");
    given(...history)
      .when(act({ facts: { kind: "unavailable", why: "timeout" } }), NOW)
      .thenRefused("lookup-failed");
    given(...history)
      .when(act({ facts: factsOf(NOW, { restricted: true }) }), NOW)
      .thenRefused("not-a-member");
  });

  test("is on the current text only", () => {
    given(...history)
      .when(act({ version: 2 }), NOW)
      .thenRefused("stale-version");
    given(...history)
      .when(act({ hash16: "0".repeat(16) }), NOW)
      .thenRefused("stale-version");
    given(...roomOpened())
      .when(act(), NOW)
      .thenRefused("draft-unknown");
  });

  test("is not for a text that is public", () => {
    expect(given(...published()).when(act(), NOW).decision.kind).toBe("refused");
  });
});

describe("revokeApproval", () => {
  const revoked: IncidentEvent = {
    type: "ApprovalRevoked",
    draftId: DRAFT,
    version: 1,
    approvalId: "APR-1",
    by: PEOPLE.jordan,
  };
  test("takes every grant of the text back, and the text waits again", () => {
    const decided = given(...approved()).when(revoke(), NOW);
    decided.then(revoked);
    expect(decided.after().drafts.get(DRAFT)).toMatchObject({ state: "DRAFTED", approvals: [] });
  });
  test("comes too late once it is on its way", () => {
    given(...publishing())
      .when(revoke(), NOW)
      .thenRefused("nothing-to-revoke");
    given(...waiting())
      .when(revoke(), NOW)
      .thenRefused("nothing-to-revoke");
  });
});

describe("acknowledgeFinding", () => {
  test("is recorded once, and only for what the scan still finds", () => {
    const ticked: IncidentEvent = {
      type: "FindingAcknowledged",
      draftId: DRAFT,
      version: 1,
      findingId: "f1",
      by: PEOPLE.jordan,
    };
    given(...waiting())
      .when(tick(), NOW)
      .then(ticked);
    given(...waiting(), ticked)
      .when(tick(), NOW)
      .thenNothing();
    given(...waiting())
      .when(
        (state, now) => acknowledgeFinding(state, { ...click(), findingId: "f2", findings: [{ id: "f1" }] }, now),
        NOW,
      )
      .thenRefused("finding-unknown");
  });
});

describe("askApprover", () => {
  const ask = (state: Incident, now: number) => askApprover(state, click({ actor: PEOPLE.casey }), now);
  const asked: IncidentEvent = { type: "ApproverAsked", draftId: DRAFT, version: 1, by: PEOPLE.casey };
  test("is for anybody, and at most once a minute", () => {
    given(...waiting())
      .when(ask, NOW)
      .then(asked);
    given(...waiting(), at(NOW, asked))
      .when(ask, NOW + 59 * SECOND)
      .thenRefused("asked-just-now");
    given(...waiting(), at(NOW, asked))
      .when(ask, NOW + 60 * SECOND)
      .then(asked);
  });
  test("grants nothing and needs something to approve", () => {
    const decided = given(...waiting()).when(ask, NOW);
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("SHOWN");
    given(...approved())
      .when(ask, NOW)
      .thenRefused("nothing-to-approve");
  });
});

describe("useBreakGlass", () => {
  const used: IncidentEvent = {
    type: "BreakGlassUsed",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.jordan,
    reason: "Alone.",
  };
  const review: IncidentEvent = { type: "ReviewOpened", reviewId: "REV-1", draftId: DRAFT, by: PEOPLE.jordan };
  const close = (actor: string) => (state: Incident, now: number) =>
    closeReview(
      state,
      { actor, ourTeam: TEAM, facts: factsOf(now, { userId: actor }), reviewId: "REV-1", finding: "It was right." },
      now,
    );
  const closed: IncidentEvent = { type: "ReviewClosed", reviewId: "REV-1", by: PEOPLE.riley, finding: "It was right." };

  test("opens a review in the same entry, once for a version", () => {
    given(...waiting())
      .when(breakGlass(), NOW)
      .then(used, review);
    given(...waiting(), used)
      .when(breakGlass(), NOW)
      .thenRefused("already-broken");
    given(...approved())
      .when(breakGlass(), NOW)
      .thenRefused("nothing-to-approve");
  });
  test("is reviewed by somebody else, once", () => {
    given(...waiting(), used, review)
      .when(close(PEOPLE.jordan), NOW)
      .thenRefused("own-review");
    given(...waiting(), used, review)
      .when(close(PEOPLE.riley), NOW)
      .then(closed);
    given(...waiting(), used, review, closed)
      .when(close(PEOPLE.riley), NOW)
      .thenRefused("review-closed");
    given(...waiting())
      .when(close(PEOPLE.riley), NOW)
      .thenRefused("review-unknown");
  });
});

describe("an unsettled attempt", () => {
  const base = {
    type: "PublishAttested",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.jordan,
    link: LINK,
    textHash: hashOf(),
  } as const;
  test("is attested with the page's own entry where the page can be read", () => {
    const decided = given(...unsettled).when(attest(), NOW);
    decided.then({ ...base, targetId: "h4z9w6tq1mxk", rev: "r1|investigating" });
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("PUBLISHED");
  });
  test("is attested on a person's word where it cannot, and not where the page says otherwise", () => {
    given(...unsettled)
      .when(attestAs("unreadable")(), NOW)
      .then({ ...base, targetId: null, rev: null });
    given(...unsettled)
      .when(attestAs("not-there")(), NOW)
      .thenRefused("not-on-the-page");
  });
  test.each<[string, IncidentEvent[]]>([
    ["unsettled", unsettled],
    ["refused by the page", [...publishing(), failed()]],
  ])("is given up when %s, and then over", (_what, history) => {
    const decided = given(...history).when(giveUp(), NOW);
    decided.then({ type: "PublishGivenUp", draftId: DRAFT, version: 1, by: PEOPLE.jordan });
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("CANCELLED");
  });
  test("is neither while it is still on its way or being looked for", () => {
    for (const history of [publishing(), [...publishing(), unknown()]]) {
      given(...history)
        .when(giveUp(), NOW)
        .thenRefused("nothing-to-give-up");
      given(...history)
        .when(attest(), NOW)
        .thenRefused("nothing-to-attest");
    }
  });
});
