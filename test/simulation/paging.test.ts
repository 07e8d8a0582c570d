import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { acknowledgesOnPhone } from "../support/phone.ts";
import { ofType } from "../support/record-check.ts";
import { actionsOf, type Channel, type Message, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";

const ALEX = "U07ALEXLIN1";
const SAM = "U07SAMWIER2";
const KIM = "U07KIMRAMN3";
const SAM_ONCALL = { id: "UD3V8HN5PZ6JC", username: "sam", email: "sam@example.com" };
const KIM_ONCALL = { id: "UF9B4RSK7YE2G", username: "kim", email: "kim@example.com" };

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ bridgeEnv: { PAGE_ACK_MS: "4000", PAGE_POLL_MS: "1500", PAGE_RETRY_MS: "400" } });
});
afterEach(async () => {
  scene.world.clearFaults();
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

/** The newest page's line, once it says so. */
const line = (room: Channel, words: string): Promise<Message> =>
  scene.seen(`"${words}" in the page of #${room.name}`, ({ slack }) => {
    const channel = slack.channels.find(({ id }) => id === room.id);
    const message = channel && messageOf(channel, "page");
    return message && textOf(message.blocks).includes(words) ? message : undefined;
  });
const noticed = (room: Channel, words: string): Promise<Message> =>
  scene.seen(`"${words}" in #${room.name}`, ({ slack }) =>
    slack.channels.find(({ id }) => id === room.id)?.messages.find((message) => textOf(message.blocks).includes(words)),
  );

const pages = () => scene.snapshot().oncall.pages;
const pagingCalls = () =>
  scene.snapshot().oncall.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/escalation/"));
const groupOf = async (incident: string): Promise<string> =>
  ofType(await scene.events(incident), "AlertAttached")[0]?.groupId ?? "";

async function open(): Promise<{ incident: string; room: Channel; group: string }> {
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  const room = await scene.room(incident);
  return { incident, room, group: await groupOf(incident) };
}

describe("a page into the alert group that exists", () => {
  let incident: string;
  let room: Channel;
  let group: string;

  beforeAll(async () => {
    ({ incident, room, group } = await open());
  });

  test("by command: paged, delivered, acknowledged in one line", async () => {
    const said = await scene.slash("alex", room.id, "page sam the database is full");
    expect(said).toContain(`Paging <@${SAM}>`);
    const delivered = await line(room, "paged and delivered");
    expect(textOf(delivered.blocks)).toContain("the database is full");
    expect(pagingCalls().map(({ body }) => body)).toEqual([
      { alert_group_id: group, users: [{ id: SAM_ONCALL.id, important: true }] },
    ]);
    expect(await acknowledgesOnPhone(scene, SAM_ONCALL, group)).toBe(200);
    const done = await line(room, "acknowledged.");
    expect(done.ts).toBe(delivered.ts);
    expect(pages()).toMatchObject([{ username: "sam", acknowledged_at: expect.any(String) }]);
  });

  test("by the button's form; an acknowledgement whose webhook is lost is found by asking", async () => {
    const first = messageOf(scene.channel(room.id), "incident_context");
    expect(actionsOf(first)).toContain("open_page_someone");
    const opened = await scene.act("click", {
      user: "alex",
      channel: room.id,
      ts: first?.ts,
      action_id: "open_page_someone",
    });
    const values = { target: "@kim", message: "please look at the payment provider", important: ["yes"] };
    await scene.act("submit", { user: "alex", view_id: opened.view_id, values });
    await scene.recorded(incident, "PageRequested", ({ target }) => target.id === KIM);
    await line(room, "paged and delivered");
    await scene.world.bridge("kill");
    expect(await acknowledgesOnPhone(scene, KIM_ONCALL, group)).toBe(0);
    await scene.world.bridge("start");
    await scene.recorded(incident, "PageAcknowledged", ({ by }) => by === KIM_ONCALL.id);
    await line(room, "acknowledged.");
  });

  test("a wrong word gets the nearest right one, and pages nobody", async () => {
    const before = pagingCalls().length;
    expect(await scene.slash("alex", room.id, "page paymants")).toContain("Did you mean payments?");
    expect(await scene.slash("alex", room.id, "page zzzzzz")).toContain('knows "zzzzzz"');
    expect(await scene.slash("alex", room.id, "page")).toContain("say whom");
    const form = await scene.fillIn({
      user: "alex",
      trigger: "page_someone",
      channel: room.id,
      values: { target: "paymants" },
    });
    expect(form.errors?.target).toContain("Did you mean payments?");
    expect(pagingCalls()).toHaveLength(before);
  });

  test("of a service calls who is on call; pressed twice it calls once; unanswered it offers the next step", async () => {
    const fresh = await open();
    const before = pagingCalls().length;
    const said = await Promise.all([
      scene.slash("sam", fresh.room.id, "page payments"),
      scene.slash("sam", fresh.room.id, "page payments"),
    ]);
    expect(said.filter((text) => text.includes("Paging the on-call of payments"))).toHaveLength(1);
    expect(said.filter((text) => text.includes("is being paged since"))).toHaveLength(1);
    expect(textOf((await line(fresh.room, "paged and delivered")).blocks)).toContain(`<@${ALEX}>`);
    expect(pagingCalls()).toHaveLength(before + 1);
    const stuck = await line(fresh.room, "not acknowledged for");
    expect(actionsOf(stuck)).toEqual(["open_page_sam", "open_page_someone_else"]);
  });

  test("taking command acknowledges the alert group, so that its phones stop", async () => {
    const fresh = await open();
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: fresh.room.id, values: {} });
    await scene.recorded(fresh.incident, "AlertGroupAcknowledged", ({ groupId }) => groupId === fresh.group);
    const { alert_groups: groups } = scene.snapshot().oncall;
    expect(groups.find(({ id }) => id === fresh.group)?.state).toBe("acknowledged");
  });

  test("an acknowledgement that fails is said, never keeps anybody from command, and is tried again", async () => {
    const fresh = await open();
    scene.world.addFault({ target: "oncall", kind: "error", status: 503, match: "acknowledge" });
    expect(await scene.slash("alex", fresh.room.id, "take")).toContain("You have command");
    await noticed(fresh.room, "Phones go on ringing");
    scene.world.clearFaults();
    await scene.recorded(fresh.incident, "AlertGroupAcknowledged");
  });
});

describe("a page without an alert group of OnCall", () => {
  let incident: string;
  let room: Channel;

  beforeAll(async () => {
    const before = new Set(await scene.incidents());
    const values = { title: "Labels print blank", service: "search", severity: "SEV2" };
    await scene.fillIn({ user: "alex", trigger: "declare_incident", channel: "general", values });
    incident = await scene.newIncident(before);
    room = await scene.room(incident);
  });

  test("makes a group of its own that attaches to the incident: no second room, and no alert that fires", async () => {
    const rooms = scene.snapshot().slack.channels.length;
    const known = await scene.incidents();
    await scene.slash("alex", room.id, `page <@${SAM}> come and look`);
    const { groupId } = await scene.recorded(incident, "PageSent");
    await scene.recorded(incident, "AlertAttached", ({ kind }) => kind === "notified");
    await scene.recorded(incident, "AlertAttached", ({ kind }) => kind === "firing");
    expect(pagingCalls().at(-1)?.body).toMatchObject({ message: "come and look" });
    expect(await scene.incidents()).toEqual(known);
    expect(scene.snapshot().slack.channels).toHaveLength(rooms);
    await line(room, "paged and delivered");
    // Taking command must not take the page off Sam's phone.
    await scene.slash("alex", room.id, "take");
    await scene.recorded(incident, "CommandTaken");
    expect(await acknowledgesOnPhone(scene, SAM_ONCALL, groupId)).toBe(200);
    await line(room, "acknowledged.");
    expect(ofType(await scene.events(incident), "AlertGroupAcknowledged")).toEqual([]);
    expect(await scene.slash("alex", room.id, "status")).toContain("Alert: none");
  });

  test("whose group is resolved makes another one, and a lost reply is not called twice", async () => {
    await resolveGroups(incident);
    const [first] = ofType(await scene.events(incident), "PageSent");
    scene.world.addFault({ target: "oncall", kind: "commit_then_drop", match: "escalation", times: 1 });
    expect(await scene.slash("alex", room.id, "page kim")).toContain("Paging");
    await line(room, "paged and delivered");
    const kims = pages().filter(({ username, group }) => username === "kim" && group !== first?.groupId);
    const { pageId } = await scene.recorded(incident, "PageRequested", ({ target }) => target.id === KIM);
    const calls = ofType(await scene.events(incident), "PageCalled").filter((call) => call.pageId === pageId);
    expect(calls.map(({ groupId }) => groupId)).toEqual([null]);
    expect(
      kims.filter(({ group }) =>
        scene.snapshot().oncall.alert_groups.some(({ id, title }) => id === group && String(title).includes("Labels")),
      ),
    ).toHaveLength(1);
  });
});

/** OnCall takes nobody into a resolved group. */
async function resolveGroups(incident: string): Promise<void> {
  const groups = new Set(
    ofType(await scene.events(incident), "AlertAttached").flatMap(({ source, groupId }) =>
      source === "oncall" ? [groupId] : [],
    ),
  );
  for (const group of groups) {
    const at = new Date().toISOString();
    await scene.world.alert({
      fixture: "oncall-resolve",
      overrides: { alert_group_id: group, event: { time: at }, alert_group: { id: group, state: "resolved" } },
    });
    await scene.recorded(incident, "AlertAttached", ({ kind, groupId }) => kind === "resolved" && groupId === group);
  }
}

describe("when OnCall fails", () => {
  test("a page waits while OnCall is down and goes out once it is back, even past a killed bridge", async () => {
    const { incident, room, group } = await open();
    scene.world.addFault({ target: "oncall", kind: "down" });
    await scene.slash("alex", room.id, `page <@${SAM}>`);
    await scene.recorded(incident, "PageDelayed");
    const waiting = await line(room, "not paged yet");
    expect(textOf(waiting.blocks)).toContain("Alert group");
    await scene.world.bridge("kill");
    scene.world.clearFaults();
    await scene.world.bridge("start");
    await scene.recorded(incident, "PageSent");
    await line(room, "paged and delivered");
    expect(pages().filter((one) => one.group === group)).toHaveLength(1);
  });

  test("a reply that is lost is not called twice: the notification itself proves the page", async () => {
    const { incident, room, group } = await open();
    scene.world.addFault({ target: "oncall", kind: "commit_then_drop", match: "escalation", times: 1 });
    await scene.slash("alex", room.id, `page <@${KIM}>`);
    await line(room, "paged and delivered");
    expect(ofType(await scene.events(incident), "PageCalled")).toHaveLength(1);
    expect(pages().filter((one) => one.group === group)).toHaveLength(1);
  });

  test("a request that may or may not have been carried out is said to be unknown and never repeated", async () => {
    const { incident, room, group } = await open();
    scene.world.addFault({ target: "oncall", kind: "error", status: 502, match: "escalation" });
    await scene.slash("alex", room.id, `page <@${SAM}>`);
    await scene.recorded(incident, "PageOutcomeUnknown");
    const unknown = await line(room, "not known whether OnCall paged");
    expect(actionsOf(unknown)).toContain("open_page_someone_else");
    scene.world.clearFaults();
    await scene.slash("alex", room.id, "status");
    expect(pages().filter((one) => one.group === group)).toEqual([]);
    expect(ofType(await scene.events(incident), "PageCalled")).toHaveLength(1);
  });

  test("without a usable credential the line says so and shows the link", async () => {
    const { incident, room } = await open();
    scene.world.addFault({ target: "oncall", kind: "error", status: 403, match: "escalation" });
    await scene.slash("alex", room.id, `page <@${SAM}>`);
    await scene.recorded(incident, "PageFailed");
    const failed = await line(room, "OnCall refused our credential (403)");
    expect(textOf(failed.blocks)).toContain("Page or call by hand");
    expect(textOf(failed.blocks)).toContain("alert-groups");
    expect(ofType(await scene.events(incident), "PageSent")).toEqual([]);
  });

  test("a bridge killed while OnCall answers slowly pages once", async () => {
    const { incident, room, group } = await open();
    scene.world.addFault({ target: "oncall", kind: "slow", ms: 10_000, match: "escalation", times: 1 });
    await scene.slash("alex", room.id, `page <@${SAM}>`);
    await scene.seen("OnCall to have paged", ({ oncall }) => oncall.pages.find((one) => one.group === group));
    await scene.world.bridge("kill");
    await scene.world.bridge("start");
    await scene.recorded(incident, "AlertAttached", ({ kind }) => kind === "notified", 40_000);
    await line(room, "paged and delivered");
    expect(pages().filter((one) => one.group === group)).toHaveLength(1);
  }, 60_000);
});
