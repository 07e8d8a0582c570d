import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import { type Channel, type Message, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";

const ALEX = "U07ALEXLIN1";
const SAM = "U07SAMWIER2";

let scene: Scene;
let incident: string;
let room: Channel;

beforeAll(async () => {
  scene = await startScene({
    bridgeEnv: {
      COMMAND_OFFER_MS: "2500",
      HANDOVER_LAPSE_MS: "2000",
      COMMAND_SILENCE_MS: "15000",
      ASK_AGAIN_MS: "1500",
      PAGE_POLL_MS: "1500",
    },
  });
  incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  room = await scene.room(incident);
});
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const says = (kind: string, words: string): Promise<Message> =>
  scene.seen(`"${words}" in a ${kind}`, ({ slack }) =>
    slack.channels
      .find(({ id }) => id === room.id)
      ?.messages.find((message) => message.metadata?.event_type === kind && textOf(message.blocks).includes(words)),
  );

test("command that nobody takes pages the next person, and the room is told why", async () => {
  await scene.recorded(
    incident,
    "PageRequested",
    ({ cause, target }) => cause === "command-offer" && target.id === SAM,
  );
  await says("page", "because nobody took command");
  await scene.seen("sam to be paged", ({ oncall }) => oncall.pages.find(({ username }) => username === "sam"));
});

test("whoever was paged answers by taking command", async () => {
  expect(await scene.slash("sam", room.id, "take")).toContain("You have command");
  await says("page", "acknowledged");
});

test("a handover shows its packet to the room and in the form, lapses, is paged, and can still be accepted", async () => {
  expect(await scene.slash("sam", room.id, `handover <@${ALEX}> the database is being restored`)).toContain("Offered");
  const offer = await says("command_offer", "the database is being restored");
  for (const words of ["State: SEV1", "Done so far:", "Open:", "Next customer update due"])
    expect(textOf(offer.blocks)).toContain(words);
  expect(await scene.formSays("alex", "take_command", room.id)).toContain("State: SEV1");
  await scene.recorded(incident, "HandoverLapsed", ({ to }) => to === ALEX);
  await says("notice", "has not accepted command");
  await scene.recorded(incident, "PageRequested", ({ cause, target }) => cause === "handover" && target.id === ALEX);
  expect(await scene.slash("alex", room.id, "take")).toContain("You have command");
  expect(messageOf(scene.channel(room.id), "command_offer")).toBeDefined();
});

test("roles are given, taken and shown", async () => {
  expect(await scene.slash("alex", room.id, `role scribe <@${SAM}>`)).toContain(`<@${SAM}> is scribe`);
  expect(await scene.slash("sam", room.id, "role deputi")).toContain("Did you mean `deputy`?");
  expect(await scene.slash("sam", room.id, "role deputy")).toContain("is deputy");
  expect(await scene.slash("alex", room.id, "status")).toContain(`Roles: deputy <@${SAM}>, scribe <@${SAM}>`);
});

test("a call for an approver that nobody answers pages the approvers' schedule", async () => {
  const card = await scene.draft(room.id, { status: "investigating", impact: "Card payments fail" });
  await scene.act("click", { user: "sam", channel: room.id, ts: card.ts, action_id: "ask_approver" });
  await scene.recorded(incident, "PageRequested", ({ cause }) => cause === "approver");
  await says("notice", "The approvers on call are being paged");
  await says("page", "because nobody approved");
});

test("a commander who falls silent is asked, and then anybody may take command", async () => {
  await scene.recorded(incident, "CommandQuestioned", ({ commander }) => commander === ALEX, 30_000);
  await scene.recorded(incident, "CommandAbandoned", ({ commander }) => commander === ALEX, 30_000);
  await says("notice", "anybody here may take command");
  expect(await scene.slash("sam", room.id, "take")).toContain("You have command");
  const taken = ofType(await scene.events(incident), "CommandTaken");
  expect(taken.map(({ by, from }) => [by, from])).toEqual([
    [SAM, null],
    [ALEX, SAM],
    [SAM, ALEX],
  ]);
}, 60_000);
