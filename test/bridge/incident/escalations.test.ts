import { describe, expect, test } from "vitest";
import { stillFiring } from "../../../bridge/incident/alert-groups.ts";
import { takeCommand } from "../../../bridge/incident/decide/command-role.ts";
import { type Escalation, escalations, nextToPage } from "../../../bridge/incident/escalations.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { pagingEffects } from "../../../bridge/incident/paging-effects.ts";
import { pageView } from "../../../bridge/incident/views/page-view.ts";
import { at, given, MINUTE, type Moment, SECOND, stateOf, T0 } from "../../support/given.ts";
import {
  alert,
  commandTaken,
  DRAFT,
  PEOPLE,
  resolved,
  responders,
  roomOpened,
  waiting,
} from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

const { alex, sam, kim } = PEOPLE;
const SCHEDULE = "SV6H2NPZ8RW4J";
const world = viewWorld({ onCallSchedule: () => SCHEDULE });
type History = readonly (IncidentEvent | Moment)[];

const due = (now: number, ...history: History): Escalation[] => escalations(stateOf(...history), now, world, TIMING);
const eventsDue = (now: number, ...history: History): string[] =>
  due(now, ...history).flatMap(({ events }) => events.map(({ type }) => type));
const pagedFor = (pageId: string, id: string, cause: "command-offer" | "person" = "command-offer"): IncidentEvent => ({
  type: "PageRequested",
  pageId,
  target: { kind: "person", id, name: id },
  message: null,
  important: true,
  by: cause === "person" ? alex : null,
  cause,
});

describe("command that nobody takes", () => {
  test("pages the next of those called in after three minutes, not the one OnCall paged itself", () => {
    expect(due(T0 + 3 * MINUTE - 1, ...roomOpened())).toEqual([]);
    const [escalation] = due(T0 + 3 * MINUTE, ...roomOpened());
    expect(escalation?.events).toMatchObject([
      { type: "PageRequested", target: { kind: "person", id: sam }, cause: "command-offer", by: null },
    ]);
  });

  test("goes on to who is on call when the people are through, and ends there", () => {
    const paged = [...roomOpened(), at(T0 + 3 * MINUTE, pagedFor("PG-offer-1", sam))] as const;
    expect(due(T0 + 5 * MINUTE, ...paged)).toEqual([]);
    const [second] = due(T0 + 6 * MINUTE, ...paged);
    expect(second?.events).toMatchObject([{ target: { kind: "schedule", id: SCHEDULE } }]);
    const both = [...paged, at(T0 + 6 * MINUTE, ...(second?.events ?? []))];
    expect(due(T0 + 60 * MINUTE, ...both)).toEqual([]);
  });

  test("does not wait for a page that could not be sent", () => {
    const failed: IncidentEvent = { type: "PageFailed", pageId: "PG-offer-1", reason: "no account" };
    const history = [...roomOpened(), at(T0 + 3 * MINUTE, pagedFor("PG-offer-1", sam), failed)];
    expect(eventsDue(T0 + 3 * MINUTE + SECOND, ...history)).toEqual(["PageRequested"]);
  });

  test("owes nothing once somebody has command or the incident is over", () => {
    expect(due(T0 + 10 * MINUTE, ...roomOpened(), commandTaken())).toEqual([]);
    expect(due(T0 + 10 * MINUTE, ...roomOpened(), resolved())).toEqual([]);
  });
});

describe("a handover nobody accepts", () => {
  const offered: IncidentEvent = { type: "HandoverOffered", to: kim, by: alex, note: null };
  test("lapses once, is paged, stays acceptable, and leaves command where it is", () => {
    const history = [...roomOpened(), commandTaken(), offered];
    expect(due(T0 + 5 * MINUTE - 1, ...history)).toEqual([]);
    const [lapse] = due(T0 + 5 * MINUTE, ...history);
    expect(lapse?.events).toMatchObject([
      { type: "HandoverLapsed", to: kim, by: alex },
      { type: "PageRequested", target: { id: kim }, cause: "handover" },
    ]);
    const after = [...history, at(T0 + 5 * MINUTE, ...(lapse?.events ?? []))];
    expect(due(T0 + 30 * MINUTE, ...after)).toEqual([]);
    expect(stateOf(...after).commander).toBe(alex);
    given(...after)
      .when((state) => takeCommand(state, { actor: kim }))
      .then({ type: "CommandTaken", by: kim, from: alex });
  });
});

describe("a commander who has fallen silent", () => {
  const history = [...roomOpened(), commandTaken()];
  const asked = [...history, at(T0 + 60 * MINUTE, { type: "CommandQuestioned", commander: alex } as const)];
  const gone = [...asked, at(T0 + 65 * MINUTE, { type: "CommandAbandoned", commander: alex } as const)];

  test("is asked after an hour, and five minutes later anybody may take command and the next person is paged", () => {
    expect(eventsDue(T0 + 60 * MINUTE - 1, ...history)).toEqual([]);
    expect(eventsDue(T0 + 60 * MINUTE, ...history)).toEqual(["CommandQuestioned"]);
    expect(eventsDue(T0 + 65 * MINUTE - 1, ...asked)).toEqual([]);
    const [abandoned] = due(T0 + 65 * MINUTE, ...asked);
    expect(abandoned?.events).toMatchObject([
      { type: "CommandAbandoned", commander: alex },
      { type: "PageRequested", target: { id: sam }, cause: "command-abandoned" },
    ]);
    given(...asked)
      .when((state) => takeCommand(state, { actor: sam }))
      .thenRefused("command-is-taken");
    given(...gone)
      .when((state) => takeCommand(state, { actor: sam }))
      .then({ type: "CommandTaken", by: sam, from: alex });
  });

  test("keeps command by saying so", () => {
    given(...asked)
      .when((state) => takeCommand(state, { actor: alex }))
      .then({ type: "CommandKept", by: alex });
    const kept = stateOf(...gone, at(T0 + 66 * MINUTE, { type: "CommandKept", by: alex }));
    expect(kept.commandAbandonedAt).toBeUndefined();
    given(...gone, { type: "CommandKept", by: alex })
      .when((state) => takeCommand(state, { actor: sam }))
      .thenRefused("command-is-taken");
  });
});

test("an approver nobody answers for is paged by schedule, once for each time of asking", () => {
  const approvers = viewWorld({ approversPage: SCHEDULE });
  const asked = [...waiting(), { type: "ApproverAsked", draftId: DRAFT, version: 1, by: alex }] as const;
  const state = stateOf(...asked);
  expect(escalations(state, T0 + 2 * MINUTE, approvers, TIMING)).toEqual([]);
  const [page] = escalations(state, T0 + 3 * MINUTE, approvers, TIMING);
  expect(page?.events).toMatchObject([{ target: { kind: "schedule", id: SCHEDULE }, cause: "approver" }]);
  const paged = stateOf(...asked, at(T0 + 3 * MINUTE, ...(page?.events ?? [])));
  expect(escalations(paged, T0 + 9 * MINUTE, approvers, TIMING)).toEqual([]);
  expect(escalations(state, T0 + 9 * MINUTE, viewWorld(), TIMING)).toEqual([]);
});

describe("who is next", () => {
  test("is the deputy first, and nobody whose page rings", () => {
    const deputy: IncidentEvent = { type: "RoleAssigned", role: "deputy", to: kim, from: null, by: alex };
    const history = [...roomOpened(), commandTaken(), deputy];
    expect(nextToPage(stateOf(...history), world)?.id).toBe(kim);
    expect(nextToPage(stateOf(...history, pagedFor("PG-1", kim, "person")), world)?.id).toBe(sam);
  });
});

describe("alert groups of OnCall", () => {
  const effects = (...history: History) =>
    pagingEffects(stateOf(...history), T0 + MINUTE, world, TIMING).flatMap((effect) =>
      effect.kind === "acknowledge-group" ? [effect.groupId] : [],
    );
  const group = "IW4K9ZP7TN2XC";
  const acknowledged: IncidentEvent = { type: "AlertGroupAcknowledged", groupId: group, already: false };

  test("are acknowledged once somebody has command, once each, and only while they fire", () => {
    expect(effects(...roomOpened(), alert())).toEqual([]);
    expect(effects(...roomOpened(), alert(), commandTaken())).toEqual([group]);
    expect(effects(...roomOpened(), alert(), commandTaken(), acknowledged)).toEqual([]);
    expect(effects(...roomOpened(), alert(), alert({ kind: "acknowledged", dedupeKey: "a" }), commandTaken())).toEqual(
      [],
    );
    expect(effects(...roomOpened(), alert({ source: "alerting" }), commandTaken())).toEqual([]);
  });

  test("that a page of ours made are left to whoever was paged, and are no alert", () => {
    const called: IncidentEvent = {
      type: "PageCalled",
      pageId: "PG-1",
      n: 1,
      groupId: null,
      people: [{ id: "UD3V8HN5PZ6JC", username: "sam", userId: sam }],
    };
    const own = alert({ groupId: "IOWNGROUP", dedupeKey: "own" });
    const recognised: IncidentEvent = { type: "PageGroupRecognised", groupId: "IOWNGROUP" };
    const sent: IncidentEvent = { type: "PageSent", pageId: "PG-1", groupId: "IOWNGROUP", link: null };
    const before = [...roomOpened(), commandTaken(), pagedFor("PG-1", sam, "person"), called];
    // The webhook of the new group may come before the reply that names it; either one tells.
    for (const history of [
      [recognised, own],
      [own, sent],
      [sent, own],
      [recognised, own, sent],
    ]) {
      expect(effects(...before, ...history)).toEqual([]);
      expect(stateOf(...before, ...history).alerts).toMatchObject({ state: "none", count: 0 });
    }
  });

  test("that fire while a page of ours makes its own are alerts: they count, and prove nothing about the page", () => {
    const called: IncidentEvent = {
      type: "PageCalled",
      pageId: "PG-1",
      n: 1,
      groupId: null,
      people: [{ id: "UD3V8HN5PZ6JC", username: "sam", userId: sam }],
    };
    const before = [...roomOpened(), commandTaken(), pagedFor("PG-1", sam, "person"), called];
    const state = stateOf(...before, alert(), alert({ kind: "notified", by: "sam", dedupeKey: "n" }));
    expect(effects(...before, alert())).toEqual([group]);
    expect(stillFiring(state)).toMatchObject([{ groupId: group }]);
    expect(state.pages.get("PG-1")?.sent).toBeUndefined();
  });
});

describe("a page's line", () => {
  const called: IncidentEvent = {
    type: "PageCalled",
    pageId: "PG-1",
    n: 1,
    groupId: "IW4K9ZP7TN2XC",
    people: [{ id: "UD3V8HN5PZ6JC", username: "sam", userId: sam }],
  };
  const sent: IncidentEvent = { type: "PageSent", pageId: "PG-1", groupId: "IW4K9ZP7TN2XC", link: null };
  const requested = pagedFor("PG-1", sam, "person");
  const notified = (by: string) => alert({ kind: "notified", by, dedupeKey: `n-${by}` });
  const acked = (by: string) => alert({ kind: "acknowledged", by, dedupeKey: `a-${by}` });
  const standing = (now: number, ...more: IncidentEvent[]) => {
    const state = stateOf(...roomOpened(), alert(), requested, ...more);
    const page = state.pages.get("PG-1");
    return page && pageView(state, page, now, world, TIMING.pageAckMs).standing;
  };

  test.each<[string, IncidentEvent[]]>([
    ["calling", []],
    ["calling", [called]],
    ["paged", [called, sent]],
    ["delivered", [called, sent, notified("sam")]],
    ["paged", [called, sent, notified("alex")]],
    ["acknowledged", [called, sent, acked("sam")]],
    ["paged", [called, sent, acked("alex")]],
    ["acknowledged", [called, sent, commandTaken(sam)]],
    ["unknown", [called, { type: "PageOutcomeUnknown", pageId: "PG-1", reason: "no answer" }]],
    ["delivered", [called, { type: "PageOutcomeUnknown", pageId: "PG-1", reason: "no answer" }, notified("sam")]],
    ["delayed", [{ type: "PageDelayed", pageId: "PG-1", reason: "OnCall is down" }]],
    ["failed", [called, { type: "PageFailed", pageId: "PG-1", reason: "403" }]],
  ])("says %s after what happened", (expected, events) => {
    expect(standing(T0 + MINUTE, ...events)).toBe(expected);
  });

  test("says after five minutes that nobody acknowledged, and offers the next step", () => {
    expect(standing(T0 + 5 * MINUTE, called, sent)).toBe("unanswered");
    const state = stateOf(...roomOpened(), alert(), requested, called, sent, responders());
    const page = state.pages.get("PG-1");
    const view = page && pageView(state, page, T0 + 5 * MINUTE, world, TIMING.pageAckMs);
    expect(view?.controls.map(({ label, inputs }) => [label, inputs.target])).toEqual([
      ["Page the on-call of payments", SCHEDULE],
      ["Page someone else", undefined],
    ]);
  });
});
