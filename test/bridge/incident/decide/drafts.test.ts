import { describe, expect, test } from "vitest";
import {
  DRAFT_TTL_MS,
  expireDraft,
  proposeDraft,
  recordCardRepainted,
  recordDraftShown,
  rejectDraft,
  requestStatusUpdate,
  reviseDraft,
} from "../../../../bridge/incident/decide/drafts.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { at, given, MINUTE, stateOf, T0 } from "../../../support/given.ts";
import {
  approved,
  BODY,
  CARD_TS,
  contentOf,
  DRAFT,
  deferred,
  drafted,
  failed,
  hashOf,
  opened,
  PAGE,
  PEOPLE,
  published,
  publishing,
  ROOM,
  reconciled,
  requested,
  resolved,
  revised,
  roomOpened,
  shown,
  succeeded,
  TITLE,
  unknown,
  waiting,
} from "../../../support/incident-events.ts";

const SECOND = "DRF-0000000002";
const archived: IncidentEvent = { type: "RoomArchived", channel: ROOM };
const target = { id: "h4z9w6tq1mxk", rev: "r2c8v5yn7jdp|investigating" };
const finishedPublic = [...publishing(), succeeded({ rev: "r1|resolved" })].map((event) =>
  event.type === "DraftProposed" ? { ...event, content: { ...event.content, status: "resolved" as const } } : event,
);

/** A person says that the text is public, and the page could not be read to find where. */
const attestedUnread = (): IncidentEvent[] => [
  ...publishing(),
  failed(),
  {
    type: "PublishAttested",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.riley,
    link: "https://status.example.com/i/1",
    textHash: "a".repeat(64),
    targetId: null,
    rev: null,
  },
];
const second = { draftId: "DRF-0000000002" };

test("nothing is drafted or changed while nobody knows where the last update stands: it could become public twice", () => {
  given(...attestedUnread(), requested(second))
    .when((state) => proposeDraft(state, { ...second, pageId: PAGE, title: "T", body: "B.", author: drafted().author }))
    .thenRefused("public-unread");
  given(...attestedUnread(), requested(second), drafted(second))
    .when((state) => reviseDraft(state, { actor: PEOPLE.sam, ...second, baseVersion: 1, title: "T", body: "B." }))
    .thenRefused("public-unread");
});

describe("requestStatusUpdate", () => {
  const ask =
    (change: Partial<ReturnType<typeof requested>> = {}) =>
    (state: Incident) => {
      const { type: _type, ...request } = requested(change);
      return requestStatusUpdate(state, request);
    };

  test("is recorded once there is a room to show the draft in", () => {
    given(...roomOpened())
      .when(ask())
      .then(requested());
  });

  test.each<[string, IncidentEvent[], ReturnType<typeof ask>, string]>([
    ["there is no incident", [], ask(), "incident-unknown"],
    ["there is no room yet", [opened()], ask(), "no-room"],
    ["the incident is archived", [...published(), resolved(), archived], ask(), "incident-closed"],
    ["the public incident is resolved", finishedPublic, ask(), "public-resolved"],
    ["it is over and nobody was told", [...roomOpened(), resolved()], ask(), "incident-closed"],
    ["nothing is public that could be resolved", roomOpened(), ask({ status: "resolved" }), "nothing-to-resolve"],
    ["another is approved", approved(), ask({ draftId: SECOND }), "publish-under-way"],
    ["another is under way", publishing(), ask({ draftId: SECOND }), "publish-under-way"],
    ["another may be public", [...publishing(), unknown()], ask({ draftId: SECOND }), "publish-under-way"],
    ["nobody knows where the last update stands", attestedUnread(), ask({ draftId: SECOND }), "public-unread"],
  ])("is refused when %s", (_when, history, decide, code) => {
    given(...history)
      .when(decide)
      .thenRefused(code);
  });

  test("is allowed while another draft only waits, and after one failed", () => {
    given(...waiting())
      .when(ask({ draftId: SECOND }))
      .then(requested({ draftId: SECOND }));
    given(...publishing(), failed())
      .when(ask({ draftId: SECOND }))
      .then(requested({ draftId: SECOND }));
  });

  test("is allowed after the end for what customers still read as open", () => {
    given(...published(), resolved())
      .when(ask({ draftId: SECOND, status: "resolved" }))
      .then(requested({ draftId: SECOND, status: "resolved" }));
  });

  test("stops at fifty drafts", () => {
    const many = Array.from({ length: 50 }, (_, n) => requested({ draftId: `DRF-${n}` }));
    given(...roomOpened(), ...many)
      .when(ask())
      .thenRefused("too-many-drafts");
  });
});

describe("proposeDraft", () => {
  const propose =
    (change: { draftId?: string; title?: string; body?: string } = {}) =>
    (state: Incident) =>
      proposeDraft(state, {
        draftId: DRAFT,
        pageId: PAGE,
        title: TITLE,
        body: BODY,
        author: { kind: "template", userId: null, note: null },
        ...change,
      });

  test("turns the request into version 1, whose hash is that of all that will be sent", () => {
    given(...roomOpened(), requested())
      .when(propose())
      .then(drafted());
  });

  test("normalises the text before it is hashed", () => {
    given(...roomOpened(), requested())
      .when(propose({ body: `\n${BODY} \r\n` }))
      .then(drafted());
  });

  test("refuses text that cannot be shown as it is", () => {
    given(...roomOpened(), requested())
      .when(propose({ body: `a\u200bb` }))
      .thenRefused("text-refused");
  });

  test("once there is something public, is an update of exactly what was published", () => {
    const { content } = drafted({ draftId: SECOND, target });
    given(...published(), requested({ draftId: SECOND }))
      .when(propose({ draftId: SECOND }))
      .then(drafted({ draftId: SECOND, target }));
    expect(content).toMatchObject({ op: "update", targetId: target.id, expectedTargetRev: target.rev });
  });

  test("with status resolved is the resolving update", () => {
    given(...published(), requested({ draftId: SECOND, status: "resolved" }))
      .when(propose({ draftId: SECOND }))
      .then(drafted({ draftId: SECOND, status: "resolved", target }));
    expect(contentOf({ status: "resolved", target }).op).toBe("resolve");
  });

  test("replaces an older idle draft in the same entry", () => {
    given(...waiting(), requested({ draftId: SECOND }))
      .when(propose({ draftId: SECOND }))
      .then({ type: "DraftSuperseded", draftId: DRAFT, version: 1, byDraftId: SECOND }, drafted({ draftId: SECOND }));
  });

  test("waits for a busy draft, so that two can never be under way", () => {
    given(...approved(), requested({ draftId: SECOND }))
      .when(propose({ draftId: SECOND }))
      .thenRefused("publish-under-way");
  });

  test("happens once, for a draft that was asked for, and not once all is archived", () => {
    given(...waiting())
      .when(propose())
      .thenNothing();
    given(...roomOpened())
      .when(propose())
      .thenRefused("draft-unknown");
    given(...roomOpened(), requested(), resolved(), archived)
      .when(propose())
      .thenRefused("incident-closed");
  });
});

describe("reviseDraft", () => {
  const revise =
    (change: Partial<Parameters<typeof reviseDraft>[1]> = {}) =>
    (state: Incident) =>
      reviseDraft(state, {
        actor: PEOPLE.sam,
        draftId: DRAFT,
        baseVersion: 1,
        title: TITLE,
        body: "Payments in the EU fail.",
        ...change,
      });
  const second = revised({ body: "Payments in the EU fail." });

  test("makes the next version with its own hash and marker", () => {
    given(...waiting())
      .when(revise())
      .then(second);
    expect(second.contentHash).not.toBe(drafted().contentHash);
    expect(second.content.marker).not.toBe(drafted().content.marker);
  });

  test("voids what was approved, in the same entry", () => {
    const decided = given(...approved()).when(revise());
    decided.then({ type: "ApprovalVoided", draftId: DRAFT, version: 1, approvalId: "APR-1", reason: "edited" }, second);
    expect(decided.after().drafts.get(DRAFT)).toMatchObject({ state: "DRAFTED", version: 2 });
    expect(decided.after().drafts.get(DRAFT)?.approvals).toEqual([]);
  });

  test("gives a failed draft another chance", () => {
    given(...publishing(), failed())
      .when(revise())
      .then(second);
  });

  test("by a second editor is refused, so that nobody's words are lost unseen", () => {
    given(...waiting(), second)
      .when(revise({ body: "Other words." }))
      .thenRefused("edited-meanwhile");
  });

  test.each<[string, IncidentEvent[]]>([
    ["while it is being published", publishing()],
    ["while nobody knows whether it is public", [...publishing(), unknown()]],
    ["while a person must look first", [...publishing(), unknown(), reconciled({ absences: 2 })]],
    ["once it is public", published()],
  ])("is refused %s", (_when, history) => {
    given(...history)
      .when(revise())
      .thenRefused("draft-not-editable");
  });

  test("refuses no change, unfit text and what it does not know", () => {
    given(...waiting())
      .when(revise({ body: `${BODY}  ` }))
      .thenRefused("nothing-changed");
    given(...waiting())
      .when(revise({ title: "" }))
      .thenRefused("text-refused");
    given(...waiting())
      .when(revise({ draftId: SECOND }))
      .thenRefused("draft-unknown");
    given(...roomOpened(), requested())
      .when(revise())
      .thenRefused("draft-unknown");
  });
});

describe("recordDraftShown", () => {
  const show =
    (change: Partial<ReturnType<typeof shown>> = {}) =>
    (state: Incident) => {
      const { type: _type, ...report } = { ...shown(), ...change };
      return recordDraftShown(state, report);
    };
  const ready = [...roomOpened(), requested(), drafted()];

  test("notes where the current text stands and who serves its buttons", () => {
    given(...ready)
      .when(show())
      .then(shown());
  });

  test("told twice counts once", () => {
    given(...ready, shown())
      .when(show())
      .thenNothing();
  });

  test("painted by another execution counts anew", () => {
    given(...ready, shown())
      .when(show({ executionId: "Fx2" }))
      .then(shown({}, CARD_TS, "Fx2"));
  });

  test.each<[string, IncidentEvent[], ReturnType<typeof show>, string]>([
    ["of an old version", [...ready, revised()], show(), "repaint"],
    ["of other text under the current number", ready, show({ contentHash: "0".repeat(64) }), "repaint"],
    ["of a decided draft", published(), show(), "repaint"],
    ["outside the incident's room", ready, show({ channel: "C07GENERAL1" }), "wrong-channel"],
    ["of a draft nobody knows", ready, show({ draftId: SECOND }), "draft-unknown"],
  ])("%s is refused", (_what, history, decide, code) => {
    given(...history)
      .when(decide)
      .thenRefused(code);
  });
});

describe("rejectDraft", () => {
  const reject =
    (version = 1) =>
    (state: Incident) =>
      rejectDraft(state, { actor: PEOPLE.sam, draftId: DRAFT, version, reason: "Wrong region." });
  const rejected: IncidentEvent = {
    type: "DraftRejected",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.sam,
    reason: "Wrong region.",
  };

  test.each<[string, IncidentEvent[]]>([
    ["that waits", waiting()],
    ["that is approved and not yet under way", approved()],
    ["that the page asked to wait with", [...publishing(), deferred()]],
    ["that failed", [...publishing(), failed()]],
  ])("ends a draft %s", (_which, history) => {
    const decided = given(...history).when(reject());
    decided.then(rejected);
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("REJECTED");
  });

  test("does not call rejected what may be public", () => {
    given(...publishing(), unknown(), reconciled({ absences: 2 }))
      .when(reject())
      .thenRefused("publish-unsettled");
  });

  test("cannot take back what is on its way", () => {
    given(...publishing())
      .when(reject())
      .thenRefused("publish-under-way");
    given(...publishing(), unknown())
      .when(reject())
      .thenRefused("publish-under-way");
  });

  test("is refused on an old version, a decided draft and one nobody knows", () => {
    given(...waiting(), revised())
      .when(reject())
      .thenRefused("stale-version");
    given(...published())
      .when(reject())
      .thenRefused("draft-final");
    given(...roomOpened())
      .when(reject())
      .thenRefused("draft-unknown");
  });
});

describe("recordCardRepainted", () => {
  const { type: _type, ...repaint } = {
    type: "CardRepainted",
    draftId: DRAFT,
    version: 1,
    rev: "PUBLISHED",
    ts: CARD_TS,
  } as const;
  test("is recorded for a draft of this incident", () => {
    given(...published())
      .when((state) => recordCardRepainted(state, repaint))
      .then({ type: "CardRepainted", ...repaint });
    given(...roomOpened())
      .when((state) => recordCardRepainted(state, repaint))
      .thenRefused("draft-unknown");
  });
});

describe("expireDraft", () => {
  const expire = (state: Incident, now: number) => expireDraft(state, { draftId: DRAFT }, now);
  const expired: IncidentEvent = { type: "DraftExpired", draftId: DRAFT, version: 1 };

  test("ends what nobody decided about in four hours, not a moment earlier", () => {
    given(...waiting())
      .when(expire, T0 + DRAFT_TTL_MS - 1)
      .thenNothing();
    given(...waiting())
      .when(expire, T0 + DRAFT_TTL_MS)
      .then(expired);
  });

  test("counts from the proposal", () => {
    given(...roomOpened(), requested(), at(T0 + MINUTE, drafted(), shown()))
      .when(expire, T0 + DRAFT_TTL_MS)
      .thenNothing();
  });

  test.each<[string, IncidentEvent[]]>([
    ["approved", approved()],
    ["under way", publishing()],
    ["unknown", [...publishing(), unknown()]],
    ["with a person", [...publishing(), unknown(), reconciled({ absences: 2 })]],
    ["public", published()],
  ])("leaves alone what is %s", (_what, history) => {
    given(...history)
      .when(expire, T0 + 2 * DRAFT_TTL_MS)
      .thenNothing();
  });

  test("ends a request that never became a text", () => {
    given(...roomOpened(), requested())
      .when(expire, T0 + DRAFT_TTL_MS)
      .then({ ...expired, version: 0 });
  });
});

test("the fixtures of these tests are what the product makes: hash and state agree", () => {
  expect(stateOf(...waiting()).drafts.get(DRAFT)).toMatchObject({ state: "SHOWN", contentHash: hashOf() });
});
