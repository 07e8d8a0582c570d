import { expect, test } from "vitest";
import { answerCommand } from "../../../bridge/commands/answer-command.ts";
import { REGISTRY } from "../../../bridge/commands/registry.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { slackEffects } from "../../../bridge/incident/pending-effects.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { lifeNotices } from "../../../bridge/incident/views/life-notices.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { stateOf, T0 } from "../../support/given.ts";
import { commandTaken, PEOPLE, roomOpened, TEAM } from "../../support/incident-events.ts";
import { attachedCopy } from "../../support/library.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { NOTHING_TO_REACH } from "./nothing-to-reach.ts";

const { alex, sam, riley, casey } = PEOPLE;
const ROBOT = "U07ROBOT008";
const FORMER = "U07FORMER09";
const OUTSIDER = "U08OUTSIDE1";
const FACTS = {
  [ROBOT]: factsOf(T0, { userId: ROBOT, isBot: true }),
  [FORMER]: factsOf(T0, { userId: FORMER, deleted: true }),
  [OUTSIDER]: factsOf(T0, { userId: OUTSIDER, teamId: "T08OTHER001", stranger: true }),
};

/** What is answered to `actor`, and what that put into the record. */
async function typed(text: string, incident: Incident | undefined, actor: string = alex) {
  const events: IncidentEvent[] = [];
  const answer = await answerCommand(text, {
    ...NOTHING_TO_REACH,
    act: async (state, decide) => {
      const decision = decide(state, T0);
      if (decision.kind === "refused") return decision.refusal;
      events.push(...decision.events);
      return undefined;
    },
    lookUpApprover: async (userId) => FACTS[userId as keyof typeof FACTS] ?? factsOf(T0, { userId }),
    incident,
    links: {},
    actor: { userId: actor, teamId: TEAM },
    now: T0,
    registry: REGISTRY,
  });
  return { answer, events };
}

const calledIn = (userId: string, by: string = alex): IncidentEvent => ({ type: "PersonCalledIn", userId, by });
const room = stateOf(...roomOpened(), commandTaken(alex));
const invited = (...events: IncidentEvent[]) =>
  slackEffects(stateOf(...roomOpened(), commandTaken(alex), ...events), T0, viewWorld(), TIMING).filter(
    ({ kind }) => kind === "invite-person",
  );

test("invites everybody who is mentioned, once each, as an act of whoever typed it", async () => {
  const { answer, events } = await typed(`invite <@${riley}|riley>, <@${casey}> <@${riley}>`, room, sam);
  expect(events).toEqual([calledIn(riley, sam), calledIn(casey, sam)]);
  expect(answer).toContain(`<@${riley}>, <@${casey}> will be invited`);
});

test("names each person that it cannot work for, with the reason, and invites the others", async () => {
  const { answer, events } = await typed(`invite <@${ROBOT}> <@${FORMER}> <@${riley}> <@${OUTSIDER}> bob`, room);
  expect(events).toEqual([calledIn(riley)]);
  expect(answer.split("\n").slice(1)).toEqual([
    `• Not invited: <@${ROBOT}> is a bot; add apps with Slack's own /invite.`,
    `• Not invited: <@${FORMER}> is deactivated.`,
    `• Not invited: <@${OUTSIDER}> is from another workspace.`,
    '• Nobody is called "bob" here: only mentions count.',
  ]);
  expect((await typed(`invite <@${ROBOT}>`, room)).events).toEqual([]);
});

test("without a mention, or with too many, it says what to type; outside a war room, where", async () => {
  expect((await typed("invite", room)).answer).toContain("`/incident-response invite @name @name`");
  const crowd = Array.from({ length: 11 }, (_, n) => `<@U07PERSON${n}>`).join(" ");
  expect(await typed(`invite ${crowd}`, room)).toMatchObject({
    answer: expect.stringContaining("at most 10"),
    events: [],
  });
  expect((await typed(`invite <@${riley}>`, undefined)).answer).toContain("not the war room of an incident");
});

test("only the commander brings people into a restricted room", async () => {
  const restricted = [...roomOpened(), attachedCopy("secret-exposure")];
  expect((await typed(`invite <@${riley}>`, stateOf(...restricted))).answer).toContain("Take command first");
  const led = stateOf(...restricted, commandTaken(alex));
  expect(await typed(`invite <@${riley}>`, led, sam)).toMatchObject({ events: [] });
  expect((await typed(`invite <@${riley}>`, led, alex)).events).toEqual([calledIn(riley)]);
});

test("each person is owed one invitation, and another one when they are called in again", () => {
  const into = { type: "PersonInvited" as const, userId: riley, error: null };
  expect(invited(calledIn(riley))).toMatchObject([{ userId: riley }]);
  expect(invited(calledIn(riley), into)).toEqual([]);
  expect(invited(calledIn(riley), into, calledIn(riley, sam))).toMatchObject([{ userId: riley }]);
});

test("the room is told whom Slack did not let in, and why", () => {
  const refused = stateOf(
    ...roomOpened(),
    calledIn(casey),
    { type: "PersonInvited", userId: casey, error: "user_is_restricted" },
    calledIn(riley),
    { type: "PersonInvited", userId: riley, error: null },
  );
  expect(lifeNotices(refused, T0, viewWorld()).map(({ key, view }) => [key, "text" in view && view.text])).toEqual([
    [`invite-${casey}`, `Slack did not let <@${casey}> in, whom <@${alex}> invited: user_is_restricted`],
  ]);
});
