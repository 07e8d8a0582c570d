import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventOf, IncidentEvent } from "../../../bridge/incident/events.ts";
import { BUSY, FINAL } from "../../../bridge/incident/state.ts";
import { textHash } from "../../../bridge/publish-gate/content.ts";
import { anyEvent } from "../../support/event-arbitrary.ts";
import { at, by, MINUTE, stateOf, T0 } from "../../support/given.ts";
import { holds } from "../../support/holds.ts";
import {
  alert,
  approved,
  BODY,
  CARD_TS,
  commandTaken,
  DRAFT,
  drafted,
  failed,
  granted,
  opened,
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
  step,
  succeeded,
  unknown,
  waiting,
} from "../../support/incident-events.ts";

const draftAfter = (...events: IncidentEvent[]) => stateOf(...events).drafts.get(DRAFT);

describe("folding", () => {
  test("any events in any order gives a state, and the state before is left as it was", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const before = stateOf(...events);
        const frozen = structuredClone(before);
        const after = stateOf(...events, ...events);
        expect(after.seq).toBe(events.length * 2);
        expect(before).toEqual(frozen);
      }),
      { runs: 300 },
    );
  });

  test("any events keeps every command of its epoch with what it made happen", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 10 }), (events) => {
        const { commands } = stateOf(...events);
        const began = events.findLastIndex(({ type }) => type === "EpochOpened");
        expect([...commands.values()].map((one) => one.events[0])).toEqual(events.slice(Math.max(0, began)));
      }),
    );
  });

  test("one entry with many events is the same as many entries", () => {
    holds(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 10 }), (events) => {
        const { commands: _one, seq: _seq, ...one } = stateOf(at(T0, ...events));
        const { commands: _many, seq: _seqs, ...many } = stateOf(...events);
        expect(one).toEqual(many);
      }),
    );
  });
});

describe("an incident", () => {
  test("declared by a person remembers who, so that they are invited", () => {
    expect(stateOf(by(PEOPLE.sam, opened({ origin: "person" })))).toMatchObject({ requester: PEOPLE.sam });
    expect(stateOf(by("alerting", opened()))).not.toHaveProperty("requester");
  });

  test("counts its alerts, and takes the sender's count where it gives one", () => {
    expect(stateOf(opened(), alert({ alertCount: 3 }), alert({ alertCount: 2 })).alerts.count).toBe(3);
    expect(stateOf(opened(), alert({ alertCount: 0 }), alert({ alertCount: 0 })).alerts.count).toBe(2);
  });

  test.each([
    [["firing"], "firing"],
    [["firing", "acknowledged"], "acknowledged"],
    [["firing", "acknowledged", "notified"], "acknowledged"],
    [["firing", "acknowledged", "escalation"], "acknowledged"],
    [["firing", "acknowledged", "unacknowledged"], "firing"],
    [["firing", "silenced"], "silenced"],
    [["firing", "silenced", "unsilenced"], "firing"],
    [["firing", "resolved"], "resolved"],
    [["firing", "resolved", "unresolved"], "firing"],
    [["escalation"], "firing"],
    [["notified"], "none"],
  ] as const)("whose alert was %j stands at %s", (kinds, state) => {
    expect(stateOf(opened(), ...kinds.map((kind) => alert({ kind }))).alerts.state).toBe(state);
  });

  test("takes its responders' names from the first alert that names anybody", () => {
    const [first, second] = [[{ id: "U1", username: "alex" }], [{ id: "U2", username: "sam" }]];
    expect(stateOf(opened(), alert(), alert({ named: first }), alert({ named: second })).named).toEqual(first);
    expect(stateOf(opened(), alert({ kind: "acknowledged", named: second }), alert({ named: first })).named).toEqual(
      first,
    );
  });

  test("counts how often a step of its room failed, and remembers that it came off in the end", () => {
    const state = stateOf(
      opened(),
      step("topic", { ok: false, error: "ratelimited" }),
      step("topic", { ok: false, error: "ratelimited" }),
      step("topic"),
    );
    expect(state.stepFailures).toEqual({ topic: 2 });
    expect(state.steps.topic?.ok).toBe(true);
  });

  test("keeps how it ended, by whom and when", () => {
    const state = stateOf(...roomOpened(), { events: [resolved()], at: T0 + MINUTE, by: PEOPLE.alex });
    expect(state).toMatchObject({
      status: "resolved",
      outcome: "resolved",
      resolved: { by: PEOPLE.alex, at: T0 + MINUTE },
    });
    expect(stateOf(...roomOpened(), resolved(), { type: "RoomArchived", channel: ROOM }).status).toBe("archived");
  });

  test("has one commander at a time", () => {
    expect(stateOf(opened(), commandTaken(PEOPLE.sam), commandTaken(PEOPLE.alex)).commander).toBe(PEOPLE.alex);
  });
});

describe("a draft", () => {
  test.each<[string, IncidentEvent[], string]>([
    ["asked for", [...roomOpened(), requested()], "REQUESTED"],
    ["shown", waiting(), "SHOWN"],
    ["edited after it was shown", [...waiting(), revised()], "DRAFTED"],
    ["approved", approved(), "APPROVED"],
    ["edited after it was approved", [...approved(), revised()], "DRAFTED"],
    [
      "whose approval ended",
      [...approved(), { type: "ApprovalExpired", draftId: DRAFT, version: 1, approvalId: "APR-1" }],
      "DRAFTED",
    ],
    ["under way", publishing(), "PUBLISHING"],
    ["public", published(), "PUBLISHED"],
    ["refused by the page", [...publishing(), failed()], "FAILED"],
    ["shown again after it failed", [...publishing(), failed(), shown()], "FAILED"],
    ["nobody knows of", [...publishing(), unknown()], "UNKNOWN"],
    ["absent once", [...publishing(), unknown(), reconciled()], "UNKNOWN"],
    ["absent twice", [...publishing(), unknown(), reconciled({ absences: 2 })], "NEEDS_HUMAN"],
    ["that expired", [...waiting(), { type: "DraftExpired", draftId: DRAFT, version: 1 }], "EXPIRED"],
  ])("%s is %s", (_what, history, state) => {
    expect(draftAfter(...history)?.state).toBe(state);
  });

  test("carries no approval but while one counts", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
        const draft = draftAfter(...publishing(), ...events);
        if (
          draft &&
          ["DRAFTED", "FAILED", "NEEDS_HUMAN", "REJECTED", "EXPIRED", "SUPERSEDED", "CANCELLED"].includes(draft.state)
        )
          fc.pre(events.every((event) => event.type !== "DraftProposed" && event.type !== "StatusUpdateRequested"));
        if (draft?.state === "DRAFTED") expect(draft.approvals).toEqual([]);
      }),
    );
  });

  test("keeps one current card; every other is an old one, once", () => {
    holds(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const draft = draftAfter(...waiting(), ...events);
        const stamps = draft?.oldCards.map(({ ts }) => ts) ?? [];
        expect(new Set(stamps).size).toBe(stamps.length);
        expect(stamps).not.toContain(draft?.card?.ts);
      }),
      { runs: 300 },
    );
  });

  test("painted again on the same message with the current text is no old card", () => {
    const draft = draftAfter(...waiting(), revised(), shown({ version: 2 }, CARD_TS));
    expect(draft?.card).toMatchObject({ version: 2, ts: CARD_TS });
    expect(draft?.oldCards).toEqual([]);
  });

  test("counts the denied clicks of each person", () => {
    const denied: IncidentEvent = {
      type: "ApprovalDenied",
      draftId: DRAFT,
      version: 1,
      by: PEOPLE.kim,
      reason: "too-soon",
    };
    expect(draftAfter(...waiting(), denied, denied)?.denials).toEqual({ [PEOPLE.kim]: 2 });
  });

  test("approved anew after it failed counts its attempts on", () => {
    const again = [
      ...publishing(),
      failed(),
      shown({}, "1795253107.118299"),
      granted({ approvalId: "APR-2", retryOf: "ATT-1" }),
    ];
    expect(draftAfter(...again)).toMatchObject({
      state: "APPROVED",
      attempts: 1,
      approvals: [{ approvalId: "APR-2" }],
    });
  });

  test("that is not known is not made up by an event about it", () => {
    expect(stateOf(...roomOpened(), granted(), succeeded()).drafts.size).toBe(0);
  });

  test("is never both final and busy", () => {
    expect(FINAL.filter((state) => BUSY.includes(state))).toEqual([]);
  });
});

describe("what customers read", () => {
  test("follows what was published or found, with the page's own ids", () => {
    const found = reconciled({ result: "found", targetId: "h4", url: null, rev: "r9|investigating", lookAfter: null });
    expect(stateOf(...publishing(), unknown(), found).public).toMatchObject({
      targetId: "h4",
      url: "",
      rev: "r9|investigating",
    });
  });

  test("does not follow what was not found", () => {
    expect(stateOf(...publishing(), unknown(), reconciled()).public).toBeUndefined();
    expect(
      stateOf(...publishing(), unknown(), reconciled({ result: "conflict", targetId: "h4", rev: "r" })).public,
    ).toBeUndefined();
  });

  const attested = (fields: Partial<EventOf<"PublishAttested">> = {}): IncidentEvent => ({
    type: "PublishAttested",
    draftId: DRAFT,
    version: 1,
    by: PEOPLE.riley,
    link: "https://status.example.com/i/h4",
    textHash: textHash(BODY),
    targetId: "h4",
    rev: "r9|identified",
    ...fields,
  });
  const unread = { targetId: null, rev: null };
  const found: IncidentEvent = {
    type: "AttestedEntryFound",
    draftId: DRAFT,
    targetId: "h4",
    url: "https://status.example.com/i/h4",
    rev: "r9|identified",
  };

  test("follows a person's word, with the page's own status", () => {
    const state = stateOf(...publishing(), failed(), attested());
    expect(state.public).toMatchObject({ targetId: "h4", rev: "r9|identified", status: "identified", body: BODY });
    expect(state.public?.byHand).toBeUndefined();
    expect(state.publicUnread).toBeUndefined();
  });

  test("is not our text when the person copied other words from the page", () => {
    const other = attested({ textHash: textHash("Other words.") });
    expect(stateOf(...publishing(), failed(), other).public?.byHand).toBe(true);
    expect(stateOf(...publishing(), failed(), { ...other, ...unread } as IncidentEvent, found).public?.byHand).toBe(
      true,
    );
  });

  test("is not known while nobody has found what a person says is on the page", () => {
    const before = stateOf(...publishing(), failed(), attested(unread));
    expect(before.public).toBeUndefined();
    expect(before.publicUnread).toEqual({ draftId: DRAFT, by: PEOPLE.riley, link: "https://status.example.com/i/h4" });
    expect(before.lastPublicAt).toBe(T0);
    const after = stateOf(...publishing(), failed(), attested(unread), at(T0 + MINUTE, found));
    expect(after.publicUnread).toBeUndefined();
    expect(after.public).toMatchObject({
      targetId: "h4",
      url: "https://status.example.com/i/h4",
      rev: "r9|identified",
    });
    // Customers have read it since it was said to be there, not since we found it.
    expect(after.lastPublicAt).toBe(T0);
  });

  test("is other words than ours once somebody posted on our entry, until we publish again", () => {
    const post: IncidentEvent = {
      type: "PagePostUnmatched",
      targetId: "h4z9w6tq1mxk",
      updateId: "r9",
      status: "monitoring",
    };
    const elsewhere = { ...post, targetId: "other" };
    expect(stateOf(...published(), post).public?.byHand).toBe(true);
    expect(stateOf(...published(), elsewhere).public?.byHand).toBeUndefined();
    expect(stateOf(...roomOpened(), post).public).toBeUndefined();
    const second = { draftId: "DRF-0000000002" };
    const again = [requested(second), drafted(second), succeeded({ ...second, attemptId: "ATT-2" })];
    expect(stateOf(...published(), post, ...again).public?.byHand).toBeUndefined();
  });
});
