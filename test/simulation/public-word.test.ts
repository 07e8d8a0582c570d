import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import { actionsOf, type Channel, type Message, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
});
afterEach(async () => {
  scene.world.clearFaults();
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const cardSays = (room: Channel, words: string): Promise<Message> =>
  scene.seen(`"${words}" on the card in #${room.name}`, ({ slack }) => {
    const channel = slack.channels.find(({ id }) => id === room.id);
    const message = channel && messageOf(channel, "approval_card");
    return message && textOf(message.blocks).includes(words) ? message : undefined;
  });

async function commanded(): Promise<{ incident: string; room: Channel }> {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  const room = await scene.room(incident);
  await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
  return { incident, room };
}

test("a first word to customers that still waits when the incident is over is dropped, and its card says why", async () => {
  const { incident, room } = await commanded();
  const { draftId } = await scene.draft(room.id, {
    status: "investigating",
    impact: "Payments fail for some",
    components: ["k7m2x9q4wtzn"],
    component_status: "partial_outage",
  });
  const { message } = await scene.readCard(incident, draftId, 1);
  expect(textOf(message.blocks)).toContain("*Component* Payments API: operational → partial outage");
  await scene.fillIn({
    user: "alex",
    trigger: "resolve_incident",
    channel: room.id,
    values: { summary: "A false alarm.", outcome: "resolved", override_reason: "Watched by hand." },
  });
  expect(await scene.recorded(incident, "DraftCancelled")).toMatchObject({ draftId });
  const painted = await cardSays(room, "Cancelled: the incident is over and customers were never told of it");
  expect(actionsOf(painted)).not.toContain("approve_publish");
  expect(scene.snapshot().statuspage.incidents).toEqual([]);
}, 40_000);

test("who says that an update is public while the page cannot be read gets no second one before it is found", async () => {
  const { incident, room } = await commanded();
  const wish = { status: "investigating", impact: "Payments fail for some" };
  const { draftId } = await scene.draft(room.id, wish);
  const card = await scene.readCard(incident, draftId, 1);
  scene.world.addFault({ target: "statuspage", kind: "error", status: 422, match: "POST", times: 1 });
  await scene.approve("alex", card);
  await scene.recorded(incident, "PublishFailed");
  // The old card says so too; only the new one has buttons.
  const failed = await scene.seen("a card that offers to attest", ({ slack }) =>
    slack.channels
      .find(({ id }) => id === room.id)
      ?.messages.find((message) => actionsOf(message).includes("attest_published")),
  );
  scene.world.addFault({ target: "statuspage", kind: "down" });
  const opened = await scene.act("click", {
    user: "alex",
    channel: room.id,
    ts: failed.ts,
    action_id: "attest_published",
  });
  const values = { link: "https://status.kestrel.example.com/i/byhand", text: "Payments fail for some." };
  await scene.act("submit", { user: "alex", view_id: opened.view_id, values });
  expect(await scene.recorded(incident, "PublishAttested")).toMatchObject({ targetId: null });

  const { said, errors } = await scene.fillIn({
    user: "sam",
    trigger: "draft_status_update",
    channel: room.id,
    values: wish,
  });
  expect(`${said} ${Object.values(errors ?? {}).join()}`).toContain("could not be read to find where");
  expect(await scene.slash("sam", room.id, "update")).toContain("its entry on the page is still looked for");
  await scene.seen("the room being told", ({ slack }) =>
    slack.channels
      .find(({ id }) => id === room.id)
      ?.messages.find(({ blocks }) => textOf(blocks).includes("no other customer update can be written")),
  );
  expect(ofType(await scene.events(incident), "StatusUpdateRequested")).toHaveLength(1);
}, 40_000);
