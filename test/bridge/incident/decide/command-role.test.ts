import { describe, expect, test } from "vitest";
import { offerHandover, openOffer, takeCommand } from "../../../../bridge/incident/decide/command-role.ts";
import type { EventOf } from "../../../../bridge/incident/events.ts";
import { factsOf } from "../../../support/approver-facts.ts";
import { given, stateOf, T0 } from "../../../support/given.ts";
import { commandTaken, opened, PEOPLE, resolved, TEAM } from "../../../support/incident-events.ts";

const { alex, sam, kim } = PEOPLE;
const offer = (to: string, from: string = alex): EventOf<"HandoverOffered"> => ({
  type: "HandoverOffered",
  to,
  by: from,
  note: null,
});
const take = (actor: string) => (state: Parameters<typeof takeCommand>[0]) => takeCommand(state, { actor });
const hand = (actor: string, to: string, note?: string) => (state: Parameters<typeof takeCommand>[0]) =>
  offerHandover(state, { actor, to, note, facts: factsOf(T0, { userId: to }), ourTeam: TEAM });

describe("takeCommand", () => {
  test("makes whoever asks first commander", () => {
    given(opened()).when(take(sam)).then(commandTaken(sam));
  });

  test("is refused while somebody else has command", () => {
    given(opened(), commandTaken(alex)).when(take(sam)).thenRefused("command-is-taken");
  });

  test("of one's own command is refused", () => {
    given(opened(), commandTaken(alex)).when(take(alex)).thenRefused("already-commander");
  });

  test("by the person it was offered to moves it, and says from whom", () => {
    given(opened(), commandTaken(alex), offer(sam)).when(take(sam)).then({ type: "CommandTaken", by: sam, from: alex });
  });

  test("by anybody else is refused although it was offered", () => {
    given(opened(), commandTaken(alex), offer(sam)).when(take(kim)).thenRefused("command-is-taken");
  });

  test("on an offer that a newer one replaced is refused", () => {
    given(opened(), commandTaken(alex), offer(sam), offer(kim)).when(take(sam)).thenRefused("command-is-taken");
  });

  test("on an offer that was taken already is refused", () => {
    given(opened(), commandTaken(alex), offer(sam), { type: "CommandTaken", by: sam, from: alex }, offer(kim, sam), {
      type: "CommandTaken",
      by: kim,
      from: sam,
    })
      .when(take(sam))
      .thenRefused("command-is-taken");
  });

  test("needs an open incident", () => {
    given().when(take(sam)).thenRefused("incident-unknown");
    given(opened(), resolved()).when(take(sam)).thenRefused("incident-closed");
  });
});

describe("offerHandover", () => {
  test("by the commander is recorded with its note, and changes nothing else", () => {
    const decided = given(opened(), commandTaken(alex)).when(hand(alex, sam, "Off to bed"));
    decided.then({ type: "HandoverOffered", to: sam, by: alex, note: "Off to bed" });
    expect(decided.after().commander).toBe(alex);
    expect(openOffer(decided.after())?.to).toBe(sam);
  });

  test.each([
    ["nobody has command", [opened()], hand(alex, sam), "no-commander"],
    ["somebody else has", [opened(), commandTaken(alex)], hand(sam, kim), "not-commander"],
    ["it goes to oneself", [opened(), commandTaken(alex)], hand(alex, alex), "offered-to-self"],
    ["the incident is over", [opened(), commandTaken(alex), resolved()], hand(alex, sam), "incident-closed"],
    ["there is no incident", [], hand(alex, sam), "incident-unknown"],
  ] as const)("is refused when %s", (_when, history, decide, code) => {
    given(...history)
      .when(decide)
      .thenRefused(code);
  });

  test("is over once somebody has taken command", () => {
    const state = stateOf(opened(), commandTaken(alex), offer(sam), { type: "CommandTaken", by: sam, from: alex });
    expect(openOffer(state)).toBeUndefined();
    expect(state.offers).toMatchObject([{ to: sam, closedBy: sam }]);
  });
});
