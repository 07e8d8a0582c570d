import { describe, expect, test } from "vitest";
import { type ApproveDraft, approveDraft, type TextScan } from "../../../../bridge/incident/decide/approve.ts";
import { type StartPublish, startPublish } from "../../../../bridge/incident/decide/publish.ts";
import type { EventOf, IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { policyFor } from "../../../../bridge/publish-gate/policy.ts";
import { INCIDENT_CLASSES, type IncidentClass } from "../../../../shared/vocabulary.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { given, MINUTE, T0 } from "../../../support/given.ts";
import {
  CARD_TS,
  commandTaken,
  DRAFT,
  drafted,
  granted,
  hashOf,
  PEOPLE,
  ROOM,
  requested,
  revised,
  roomOpened,
  shown,
  started,
  TEAM,
} from "../../../support/incident-events.ts";

const NOW = T0 + MINUTE;
const CLEAN: TextScan = { blockers: [], findings: [] };
const words = { version: 2 };
/** A text last changed by sam, shown to the room, in an incident of this class. */
const shownIn = (incidentClass: IncidentClass): IncidentEvent[] => [
  ...roomOpened({ class: incidentClass }),
  commandTaken(PEOPLE.alex),
  requested(),
  drafted(),
  revised({}, PEOPLE.sam),
  shown(words),
];
const click =
  (actor: string, change: Partial<ApproveDraft> = {}) =>
  (state: Incident, now: number) =>
    approveDraft(
      state,
      {
        actor,
        ourTeam: TEAM,
        facts: factsOf(NOW, { userId: actor }),
        draftId: DRAFT,
        version: 2,
        hash16: hashOf(words).slice(0, 16),
        channel: ROOM,
        ts: CARD_TS,
        approvalId: `APR-${actor}`,
        ttlMs: 10 * MINUTE,
        configuredPolicy: "default",
        scan: CLEAN,
        ...change,
      },
      now,
    );
const grant = (by: string, fields: Parameters<typeof granted>[0] = {}) =>
  granted({
    version: 2,
    contentHash: hashOf(words),
    by,
    approvalId: `APR-${by}`,
    expiresAt: new Date(NOW + 10 * MINUTE).toISOString(),
    ...fields,
  });
const denied = (by: string, reason: EventOf<"ApprovalDenied">["reason"]): IncidentEvent => ({
  type: "ApprovalDenied",
  draftId: DRAFT,
  version: 2,
  by,
  reason,
});
const broken: IncidentEvent = { type: "BreakGlassUsed", draftId: DRAFT, version: 2, by: PEOPLE.sam, reason: "Alone." };

describe("the policy", () => {
  test("of every class is at least the product's own, whatever services.yaml says", () => {
    for (const one of INCIDENT_CLASSES) {
      expect(policyFor(one, "off")).toBe(policyFor(one, "default"));
      expect(policyFor(one, "two-person")).toBe("two-person");
    }
    expect(policyFor("security", "author-differs")).toBe("two-person");
    expect(policyFor("availability", "author-differs")).toBe("author-differs");
  });
});

describe("where the author may not approve", () => {
  const two = { policy: "author-differs" } as const;
  test("the author's click is denied, anybody else's grants", () => {
    given(...shownIn("data"))
      .when(click(PEOPLE.sam), NOW)
      .then(denied(PEOPLE.sam, "author"));
    given(...shownIn("data"))
      .when(click(PEOPLE.jordan), NOW)
      .then(grant(PEOPLE.jordan, two));
  });

  test("text as a template left it has no author", () => {
    const untouched = [...roomOpened({ class: "data" }), requested(), drafted(), shown()];
    const decided = given(...untouched).when(click(PEOPLE.sam, { version: 1, hash16: hashOf().slice(0, 16) }), NOW);
    expect(decided.after().drafts.get(DRAFT)?.state).toBe("APPROVED");
  });

  test("also when services.yaml alone asks for it", () => {
    given(...shownIn("default"))
      .when(click(PEOPLE.sam, { configuredPolicy: "author-differs" }), NOW)
      .then(denied(PEOPLE.sam, "author"));
  });
});

describe("where two people must approve", () => {
  const first = grant(PEOPLE.jordan, { policy: "two-person", n: 1, of: 2 });
  const second = grant(PEOPLE.riley, { policy: "two-person", n: 2, of: 2 });

  test("one is half of it, and a second person makes it whole", () => {
    const half = given(...shownIn("security")).when(click(PEOPLE.jordan), NOW);
    half.then(first);
    expect(half.after().drafts.get(DRAFT)?.state).toBe("PARTIAL");
    const whole = given(...shownIn("security"), first).when(click(PEOPLE.riley), NOW);
    whole.then(second);
    expect(whole.after().drafts.get(DRAFT)?.state).toBe("APPROVED");
  });

  test("one person twice is one person", () => {
    given(...shownIn("security"), first)
      .when(click(PEOPLE.jordan), NOW)
      .then(denied(PEOPLE.jordan, "already-approved"));
  });

  test("the author is neither of them", () => {
    given(...shownIn("security"), first)
      .when(click(PEOPLE.sam), NOW)
      .then(denied(PEOPLE.sam, "author"));
  });

  test("an edit in between takes the first grant back", () => {
    const state = given(...shownIn("security"), first, revised({ version: 3 }, PEOPLE.kim)).state;
    expect(state.drafts.get(DRAFT)).toMatchObject({ state: "DRAFTED", approvals: [] });
  });

  test("break-glass lowers it to one person, author included, for this version only", () => {
    given(...shownIn("security"), broken)
      .when(click(PEOPLE.sam), NOW)
      .then(grant(PEOPLE.sam, { selfApproved: true }));
    // Whoever gave half of it before need not take that back first.
    given(...shownIn("security"), first, broken)
      .when(click(PEOPLE.jordan), NOW)
      .then(grant(PEOPLE.jordan, { n: 2, of: 1 }));
    given(...shownIn("security"), first, broken)
      .when(click(PEOPLE.riley), NOW)
      .then(grant(PEOPLE.riley, { n: 2, of: 1 }));
    const edited = given(...shownIn("security"), broken, revised({ version: 3 }, PEOPLE.sam)).state;
    expect(edited.drafts.get(DRAFT)).not.toHaveProperty("breakGlass");
  });
});

describe("what the scan found", () => {
  const scan = { blockers: [], findings: [{ id: "f1", text: "a host name" }] };
  const tick: IncidentEvent = {
    type: "FindingAcknowledged",
    draftId: DRAFT,
    version: 2,
    findingId: "f1",
    by: PEOPLE.sam,
  };
  test("must be ticked by a person first, and an edit takes the ticks back", () => {
    given(...shownIn("default"))
      .when(click(PEOPLE.jordan, { scan }), NOW)
      .then(denied(PEOPLE.jordan, "findings-open"));
    given(...shownIn("default"), tick)
      .when(click(PEOPLE.jordan, { scan }), NOW)
      .then(grant(PEOPLE.jordan));
    expect(given(...shownIn("default"), tick, revised({ version: 3 })).state.drafts.get(DRAFT)?.acknowledged).toEqual(
      {},
    );
  });
});

describe("the claim looks at the policy again", () => {
  const claim =
    (change: Partial<StartPublish> = {}) =>
    (state: Incident, now: number) =>
      startPublish(
        state,
        {
          draftId: DRAFT,
          attemptId: "ATT-9",
          owner: "bridge-1",
          ourTeam: TEAM,
          approvalIds: state.drafts.get(DRAFT)?.approvals.map(({ approvalId }) => approvalId) ?? [],
          contentHash: state.drafts.get(DRAFT)?.contentHash ?? "",
          facts: new Map(Object.values(PEOPLE).map((userId) => [userId, factsOf(now, { userId })])),
          configuredPolicy: "default",
          scan: CLEAN,
          ...change,
        },
        now,
      );
  const voided = (by: string, reason: EventOf<"ApprovalVoided">["reason"]): IncidentEvent => ({
    type: "ApprovalVoided",
    draftId: DRAFT,
    version: 2,
    approvalId: `APR-${by}`,
    reason,
  });
  const both = [
    ...shownIn("security"),
    grant(PEOPLE.jordan, { policy: "two-person", n: 1, of: 2 }),
    grant(PEOPLE.riley, { policy: "two-person", n: 2, of: 2 }),
  ];

  test("and takes a text that two have approved, naming both", () => {
    given(...both)
      .when(claim(), NOW)
      .then(
        started({
          version: 2,
          contentHash: hashOf(words),
          attemptId: "ATT-9",
          approvalIds: [`APR-${PEOPLE.jordan}`, `APR-${PEOPLE.riley}`],
          leaseUntil: new Date(NOW + 30_000).toISOString(),
        }),
      );
  });

  test("and voids both when one of them may no longer approve", () => {
    const facts = new Map([
      [PEOPLE.jordan as string, factsOf(NOW)],
      [PEOPLE.riley as string, factsOf(NOW, { userId: PEOPLE.riley, inApproverGroup: false })],
    ]);
    given(...both)
      .when(claim({ facts }), NOW)
      .then(voided(PEOPLE.jordan, "role-lost"), voided(PEOPLE.riley, "role-lost"));
  });

  test("and voids when the policy has become stricter since", () => {
    given(...shownIn("default"), grant(PEOPLE.jordan))
      .when(claim({ configuredPolicy: "two-person" }), NOW)
      .then(voided(PEOPLE.jordan, "policy-stricter"));
    given(...shownIn("default"), grant(PEOPLE.sam, { selfApproved: true }))
      .when(claim({ configuredPolicy: "author-differs" }), NOW)
      .then(voided(PEOPLE.sam, "policy-stricter"));
  });

  test("and voids what the scan does not let pass", () => {
    for (const scan of [
      { blockers: ["A key."], findings: [] },
      { blockers: [], findings: [{ id: "f1", text: "a host" }] },
    ]) {
      given(...shownIn("default"), grant(PEOPLE.jordan))
        .when(claim({ scan }), NOW)
        .then(voided(PEOPLE.jordan, "policy-stricter"));
    }
  });

  test("and sends nothing for half a grant", () => {
    given(...shownIn("security"), grant(PEOPLE.jordan, { policy: "two-person", n: 1, of: 2 }))
      .when(claim(), NOW)
      .thenRefused("not-approved");
  });
});
