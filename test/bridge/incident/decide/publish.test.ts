import { describe, expect, test } from "vitest";
import {
  EXPIRY_MARGIN_MS,
  lapse,
  PUBLISH_LEASE_MS,
  recordPublishOutcome,
  recordReconciled,
  type StartPublish,
  startPublish,
} from "../../../../bridge/incident/decide/publish.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { given, MINUTE, T0 } from "../../../support/given.ts";
import {
  approved,
  DRAFT,
  deferred,
  drafted,
  failed,
  granted,
  hashOf,
  PEOPLE,
  published,
  publishing,
  reconciled,
  requested,
  revised,
  roomOpened,
  shown,
  started,
  succeeded,
  TEAM,
  unknown,
  waiting,
} from "../../../support/incident-events.ts";

const NOW = T0 + MINUTE;
const EXPIRES = Date.parse("2026-11-21T10:14:05.000Z");
const claim = (change: Partial<StartPublish> = {}, now = NOW): StartPublish => ({
  draftId: DRAFT,
  attemptId: "ATT-9",
  owner: "bridge-1",
  ourTeam: TEAM,
  approvalIds: ["APR-1"],
  contentHash: hashOf(),
  facts: new Map([[PEOPLE.jordan, factsOf(now)]]),
  configuredPolicy: "default",
  scan: { blockers: [], findings: [] },
  ...change,
});
const start =
  (change: Partial<StartPublish> = {}) =>
  (state: Incident, now: number) =>
    startPublish(state, claim(change, now), now);
const begun = (now = NOW, n = 1) =>
  started({ attemptId: "ATT-9", n, leaseUntil: new Date(now + PUBLISH_LEASE_MS).toISOString() });
const voided: IncidentEvent = {
  type: "ApprovalVoided",
  draftId: DRAFT,
  version: 1,
  approvalId: "APR-1",
  reason: "role-lost",
};
const SECOND = "DRF-0000000002";

describe("what became public after a first word was written", () => {
  const second = { draftId: "DRF-0000000002" };
  const waits = [requested(second), drafted(second), shown(second)];
  const grant = granted({ ...second, approvalId: "APR-2", contentHash: hashOf(second) });
  const claimSecond = start({ ...second, approvalIds: ["APR-2"], contentHash: hashOf(second) });
  const attested: IncidentEvent = {
    type: "PublishAttested",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.riley,
    link: "https://status.example.com/i/1",
    textHash: "a".repeat(64),
    targetId: null,
    rev: null,
  };

  test("keeps it from becoming a second public incident, also while nobody knows where the first stands", () => {
    given(...published(), ...waits, grant)
      .when(claimSecond, NOW)
      .thenRefused("public-meanwhile");
    given(...publishing(), failed(), attested, ...waits, grant)
      .when(claimSecond, NOW)
      .thenRefused("public-meanwhile");
  });
});

describe("the claim", () => {
  test("takes an approved text under a lease and names its approval and hash", () => {
    const decided = given(...approved()).when(start(), NOW);
    decided.then(begun());
    expect(decided.after().drafts.get(DRAFT)).toMatchObject({ state: "PUBLISHING", attempts: 1 });
  });

  test("after a deferral counts on", () => {
    const later = Date.parse("2026-11-21T09:20:00.000Z");
    given(...publishing(), deferred())
      .when(start(), later)
      .then(begun(later, 2));
  });

  test.each<[string, IncidentEvent[]]>([
    ["that only waits", waiting()],
    [
      "that was edited after the approval",
      [...approved(), { ...voided, reason: "edited" } as IncidentEvent, revised()],
    ],
    ["that somebody is publishing", publishing()],
    ["that is public", published()],
    ["that may be public", [...publishing(), unknown()]],
    ["nobody knows", roomOpened()],
  ])("refuses a text %s", (_which, history) => {
    given(...history)
      .when(start(), NOW)
      .thenRefused("not-approved");
  });

  test("refuses an approval of another version or another text", () => {
    given(...waiting(), granted({ version: 2 }))
      .when(start(), NOW)
      .thenRefused("approval-of-other-text");
    given(...waiting(), granted({ contentHash: hashOf({ title: "Other" }) }))
      .when(start(), NOW)
      .thenRefused("approval-of-other-text");
  });

  test("refuses an approval that ends within two seconds", () => {
    given(...approved())
      .when(start(), EXPIRES - EXPIRY_MARGIN_MS)
      .thenRefused("approval-expired");
    given(...approved())
      .when(start(), EXPIRES - EXPIRY_MARGIN_MS - 1)
      .then(begun(EXPIRES - EXPIRY_MARGIN_MS - 1));
  });

  test("waits as long as the page asked", () => {
    const until = Date.parse("2026-11-21T09:20:00.000Z");
    given(...publishing(), deferred())
      .when(start(), until - 1)
      .thenRefused("too-early");
  });

  test("waits for another draft that is busy", () => {
    const other: IncidentEvent[] = [
      ...approved(),
      { ...started(), draftId: SECOND },
      {
        type: "StatusUpdateRequested",
        draftId: SECOND,
        status: "identified",
        impact: "x",
        components: [],
        notify: true,
        by: PEOPLE.sam,
      },
      { ...unknown(), draftId: SECOND },
    ];
    given(...other)
      .when(start(), NOW)
      .thenRefused("another-draft-busy");
  });

  test.each([
    ["is no longer in the group", { inApproverGroup: false }],
    ["has left", { deleted: true }],
    ["has become a guest", { restricted: true }],
  ])("voids the approval of somebody who %s", (_who, change) => {
    const decided = given(...approved()).when(start({ facts: new Map([[PEOPLE.jordan, factsOf(NOW, change)]]) }), NOW);
    decided.then(voided);
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("DRAFTED");
  });

  test("voids the approval of a commander who handed over and is in no group", () => {
    const byAlex = [
      ...waiting(),
      granted({ by: PEOPLE.alex, basis: "commander" }),
      { type: "CommandTaken", by: PEOPLE.sam, from: PEOPLE.alex } as const,
    ];
    given(...byAlex)
      .when(
        start({ facts: new Map([[PEOPLE.alex, factsOf(NOW, { userId: PEOPLE.alex, inApproverGroup: false })]]) }),
        NOW,
      )
      .then(voided);
  });

  test("keeps the approval when the person could not be looked up, and does not publish", () => {
    given(...approved())
      .when(start({ facts: new Map([[PEOPLE.jordan, { kind: "unavailable", why: "timeout" }]]) }), NOW)
      .thenRefused("lookup-failed");
    given(...approved())
      .when(start({ facts: new Map([[PEOPLE.jordan, factsOf(NOW - MINUTE - 1)]]) }), NOW)
      .thenRefused("lookup-failed");
  });
});

describe("an outcome", () => {
  test.each<[string, Parameters<typeof recordPublishOutcome>[1], string]>([
    ["success", succeeded(), "PUBLISHED"],
    ["failure", failed(), "FAILED"],
    ["deferral", deferred(), "APPROVED"],
    ["uncertainty", unknown(), "UNKNOWN"],
  ])("of the attempt under way is recorded: %s", (_what, outcome, state) => {
    const decided = given(...publishing()).when((now) => recordPublishOutcome(now, outcome));
    decided.then(outcome);
    expect(decided.after().drafts.get(DRAFT)?.state).toBe(state);
  });

  test("of success counts late, when the lease has run out or a person was asked", () => {
    const late = (state: Incident) => recordPublishOutcome(state, succeeded());
    given(...publishing(), unknown())
      .when(late)
      .then(succeeded());
    given(...publishing(), unknown(), reconciled({ absences: 2 }))
      .when(late)
      .then(succeeded());
  });

  test("of anything else does not: it proves nothing about what the page did meanwhile", () => {
    for (const outcome of [failed(), deferred(), unknown()]) {
      given(...publishing(), unknown())
        .when((state) => recordPublishOutcome(state, outcome))
        .thenNothing();
    }
  });

  test("of another attempt, or another draft, is refused", () => {
    given(...publishing())
      .when((state) => recordPublishOutcome(state, succeeded({ attemptId: "ATT-2" })))
      .thenRefused("other-attempt");
    given(...publishing())
      .when((state) => recordPublishOutcome(state, succeeded({ draftId: SECOND })))
      .thenRefused("draft-unknown");
  });

  test("told twice is recorded once", () => {
    given(...published())
      .when((state) => recordPublishOutcome(state, succeeded()))
      .thenNothing();
  });

  test("of success makes what customers read part of the state", () => {
    const { state } = given(...published());
    expect(state.public).toMatchObject({ targetId: "h4z9w6tq1mxk", status: "investigating", publishedAt: T0 });
    expect(state.lastPublicAt).toBe(T0);
  });
});

describe("a look at the page", () => {
  const seen = (fields: Parameters<typeof reconciled>[0] = {}) => {
    const { type: _type, ...look } = reconciled(fields);
    return (state: Incident) => recordReconciled(state, look);
  };
  const found = {
    result: "found",
    targetId: "h4",
    url: "https://status.kestrel.example.com/i/h4",
    rev: "r1|investigating",
    lookAfter: null,
  } as const;
  const lost = [...publishing(), unknown()];

  test("that finds it makes it public", () => {
    const decided = given(...lost).when(seen(found));
    decided.then(reconciled(found));
    expect(decided.after()).toMatchObject({ public: { targetId: "h4" } });
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("PUBLISHED");
  });

  test("that does not find it once leaves it open, twice asks a person", () => {
    const once = given(...lost).when(seen());
    expect(once.after().drafts.get(DRAFT)).toMatchObject({ state: "UNKNOWN", attempt: { absences: 1 } });
    const twice = given(...lost, reconciled()).when(seen({ absences: 2 }));
    expect(twice.after().drafts.get(DRAFT)).toMatchObject({ state: "NEEDS_HUMAN" });
    expect(twice.after().drafts.get(DRAFT)?.approvals).toEqual([]);
  });

  test("that finds something odd asks a person at once", () => {
    const decided = given(...lost).when(seen({ result: "conflict", lookAfter: null }));
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("NEEDS_HUMAN");
  });

  test("still counts when a person was asked already, but only if it was found", () => {
    const asked = [...lost, reconciled({ absences: 2 })];
    given(...asked)
      .when(seen(found))
      .then(reconciled(found));
    given(...asked)
      .when(seen({ absences: 3 }))
      .thenNothing();
  });

  test("is refused for another attempt and nothing new for a settled one", () => {
    given(...lost)
      .when(seen({ attemptId: "ATT-2" }))
      .thenRefused("other-attempt");
    given(...published())
      .when(seen(found))
      .thenNothing();
    given(...publishing())
      .when(seen({ result: "absent" }))
      .thenNothing();
  });

  test("made before sending finds what an earlier attempt has sent", () => {
    given(...publishing())
      .when(seen(found))
      .then(reconciled(found));
  });
});

describe("lapse", () => {
  const end = (state: Incident, now: number) => lapse(state, { draftId: DRAFT, settleMs: 40_000 }, now);
  const leaseOver = Date.parse("2026-11-21T09:30:00.000Z");

  test("ends an approval at its expiry", () => {
    given(...approved())
      .when(end, EXPIRES - 1)
      .thenNothing();
    const decided = given(...approved()).when(end, EXPIRES);
    decided.then({ type: "ApprovalExpired", draftId: DRAFT, version: 1, approvalId: "APR-1" });
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("DRAFTED");
  });

  test("calls an attempt whose lease has run out unknown, and lets a slow request settle before anybody looks", () => {
    given(...publishing())
      .when(end, leaseOver - 1)
      .thenNothing();
    given(...publishing())
      .when(end, leaseOver)
      .then(
        unknown({
          reason: "whoever was publishing stopped without saying how it ended",
          lookAfter: "2026-11-21T09:30:40.000Z",
        }),
      );
  });

  test("ends nothing else", () => {
    for (const history of [waiting(), published(), [...publishing(), unknown()], roomOpened()])
      given(...history)
        .when(end, EXPIRES + MINUTE)
        .thenNothing();
    given(...approved(), shown({}, "1795253107.118299"))
      .when(end, NOW)
      .thenNothing();
  });
});
