import { describe, expect, test } from "vitest";
import { createApproverLookup } from "../../../bridge/approvers.ts";
import {
  type ApproverFacts,
  authorityOf,
  MAX_FACTS_AGE_MS,
  standsInForExecutive,
} from "../../../bridge/publish-gate/approver.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { MINUTE, stateOf, T0 } from "../../support/given.ts";
import { commandTaken, opened, PEOPLE, TEAM } from "../../support/incident-events.ts";
import { woundClock } from "../../support/wound-clock.ts";

const NOW = T0 + MINUTE;
const state = stateOf(opened(), commandTaken(PEOPLE.alex));
const authority = (userId: string, facts: ApproverFacts, team: string = TEAM) =>
  authorityOf(state, userId, facts, team, NOW);

describe("who may approve", () => {
  const inGroup = (change: Parameters<typeof factsOf>[1] = {}) => factsOf(NOW, change);
  const commander = (change: Parameters<typeof factsOf>[1] = {}) =>
    factsOf(NOW, { userId: PEOPLE.alex, inApproverGroup: false, ...change });
  const table: [string, string, ApproverFacts, string][] = [
    ["a member of the group", PEOPLE.jordan, inGroup(), "approver-group"],
    ["the commander", PEOPLE.alex, commander(), "commander"],
    ["the commander who is in the group too", PEOPLE.alex, commander({ inApproverGroup: true }), "commander"],
    ["anybody else", PEOPLE.kim, factsOf(NOW, { userId: PEOPLE.kim, inApproverGroup: false }), "not-an-approver"],
    ["a guest in the group", PEOPLE.jordan, inGroup({ restricted: true }), "not-a-member"],
    ["a bot in the group", PEOPLE.jordan, inGroup({ isBot: true }), "not-a-member"],
    ["somebody who left", PEOPLE.jordan, inGroup({ deleted: true }), "not-a-member"],
    ["somebody of another workspace", PEOPLE.jordan, inGroup({ teamId: "T08OTHER001" }), "not-a-member"],
    ["a stranger in a shared channel", PEOPLE.jordan, inGroup({ stranger: true }), "not-a-member"],
    ["a commander who is a guest", PEOPLE.alex, commander({ restricted: true }), "not-a-member"],
    ["a commander who has left", PEOPLE.alex, commander({ deleted: true }), "not-a-member"],
    [
      "somebody Slack could not be asked about",
      PEOPLE.jordan,
      { kind: "unavailable", why: "timeout" },
      "lookup-failed",
    ],
    [
      "somebody asked about a minute ago",
      PEOPLE.jordan,
      { ...inGroup(), lookedUpAt: NOW - MAX_FACTS_AGE_MS },
      "approver-group",
    ],
    [
      "somebody asked about before that",
      PEOPLE.jordan,
      { ...inGroup(), lookedUpAt: NOW - MAX_FACTS_AGE_MS - 1 },
      "lookup-failed",
    ],
    ["somebody with another's facts", PEOPLE.kim, inGroup(), "lookup-failed"],
  ];
  test.each(table)("%s", (_who, userId, facts, result) => {
    const found = authority(userId, facts);
    expect(found.kind === "granted" ? found.basis : found.reason).toBe(result);
  });

  test("only somebody of the group who does not command stands in for an executive", () => {
    const standsIn = (userId: string, facts: ApproverFacts) => standsInForExecutive(state, userId, facts, TEAM, NOW);
    expect(standsIn(PEOPLE.jordan, inGroup())).toBe(true);
    expect(standsIn(PEOPLE.alex, commander({ inApproverGroup: true }))).toBe(false);
    expect(standsIn(PEOPLE.jordan, inGroup({ isBot: true }))).toBe(false);
    expect(standsIn(PEOPLE.jordan, { kind: "unavailable", why: "timeout" })).toBe(false);
  });

  test("the commander of another incident is nobody here", () => {
    const elsewhere = stateOf(opened(), commandTaken(PEOPLE.sam));
    expect(authorityOf(elsewhere, PEOPLE.alex, commander(), TEAM, NOW)).toEqual({
      kind: "denied",
      reason: "not-an-approver",
    });
  });
});

describe("the live lookup", () => {
  const clock = woundClock();
  const person = {
    userId: PEOPLE.jordan,
    teamId: TEAM,
    isBot: false,
    deleted: false,
    restricted: false,
    stranger: false,
    name: "jordan",
    lookedUpAt: 2_000,
  };
  type Companion = Parameters<typeof createApproverLookup>[0]["companion"];
  const lookUp = (user: unknown, group: unknown) =>
    createApproverLookup({
      companion: { userFacts: async () => user, groupMembers: async () => group } as unknown as Companion,
      group: "status-approvers",
      clock,
    })(PEOPLE.jordan);

  test("joins who a person is with the group, and is as old as the older of the two", async () => {
    const members = { groupId: "S07APPROVER", userIds: [PEOPLE.jordan], lookedUpAt: 1_000 };
    expect(await lookUp(person, members)).toMatchObject({ kind: "known", inApproverGroup: true, lookedUpAt: 1_000 });
    expect(await lookUp(person, { ...members, userIds: [] })).toMatchObject({ kind: "known", inApproverGroup: false });
  });

  test("knows nothing when either could not be read", async () => {
    const down = { error: "timeout", unavailable: "Slack did not answer" };
    const members = { groupId: "S07APPROVER", userIds: [PEOPLE.jordan], lookedUpAt: 1_000 };
    expect(await lookUp(down, members)).toEqual({ kind: "unavailable", why: "Slack did not answer" });
    expect(await lookUp(person, down)).toEqual({ kind: "unavailable", why: "Slack did not answer" });
  });
});
