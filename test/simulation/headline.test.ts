import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import {
  actionsOf,
  type Channel,
  kindOf,
  type Message,
  payloadOf,
  type Scene,
  startScene,
  textOf,
} from "../support/scene.ts";

const ALEX = "U07ALEXLIN1";
const CASEY = "U07CASEYN06";
const JORDAN = "U07JORDANO5";
const ANNOUNCEMENTS = "C07INCIDENT";

let scene: Scene;
let incident: string;
let room: Channel;
beforeAll(async () => {
  scene = await startScene();
});
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const headlines = (of = incident): Message[] =>
  scene
    .channel(ANNOUNCEMENTS)
    .messages.filter((message) => kindOf(message) === "headline" && payloadOf(message).incident_id === of);
const headlineSays = (words: string): Promise<Message> =>
  scene.seen(`"${words}" in the headline`, () => headlines().find(({ blocks }) => textOf(blocks).includes(words)));
const brief = async (user: string, channel = ANNOUNCEMENTS): Promise<string> => {
  const opened = await scene.act("run", { user, trigger: "catch_me_up", channel, inputs: { incident_id: incident } });
  const shown = await scene.seen("the brief", ({ slack }) => {
    const view = slack.views.find(({ id, user: of }) => id === opened.view_id && of !== undefined);
    const text = view && textOf(view.blocks);
    return text && !text.includes("One moment") ? text : undefined;
  });
  await scene.act("close", { user, view_id: opened.view_id });
  return shown;
};

describe("what everybody outside the room can see", () => {
  test("is one headline, posted when the room opens", async () => {
    incident = await scene.alert({ fixture: "oncall-alert-group-created" });
    room = await scene.room(incident);
    const message = await headlineSays("SEV1");
    const text = textOf(message.blocks);
    for (const words of ["payments", "nobody yet", "*Phase* detect", "none yet", "next one due", incident])
      expect(text).toContain(words);
    expect(actionsOf(message)).toEqual(["open_catch_me_up", "open_ask_to_join"]);
  });

  test("follows the incident in place: commander, what customers notice, what they were told", async () => {
    const [{ ts } = { ts: "" }] = headlines();
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    await headlineSays(`<@${ALEX}>`);
    await scene.slash("alex", room.id, "phase contain");
    await headlineSays("*Phase* contain");
    await scene.act("join", { user: "riley", channel: room.id });
    const card = await scene.draft(room.id, { status: "investigating", impact: "Card payments fail for some" });
    await headlineSays("Card payments fail for some");
    await scene.approve("riley", await scene.readCard(incident, card.draftId, card.version));
    await scene.recorded(incident, "PublishSucceeded");
    await headlineSays("|investigating>");
    expect(headlines().map((message) => message.ts)).toEqual([ts]);
  });

  test("is nothing of a security incident", async () => {
    const known = new Set(await scene.incidents());
    await scene.fillIn({
      user: "sam",
      trigger: "declare_incident",
      channel: "general",
      values: { title: "A key has leaked", service: "search", severity: "SEV1", class: "security" },
    });
    const secret = await scene.newIncident(known);
    await scene.room(secret);
    // The next headline is painted by the same rounds, so by then this one would stand there, too.
    await scene.slash("alex", room.id, "status");
    expect(headlines(secret)).toEqual([]);
    const opened = await scene.act("run", {
      user: "casey",
      trigger: "catch_me_up",
      channel: "incidents",
      inputs: { incident_id: secret },
    });
    const said = await scene.seen("an answer", ({ slack }) => {
      const text = textOf(slack.views.find(({ id }) => id === opened.view_id)?.blocks);
      return text.includes("One moment") ? undefined : text;
    });
    expect(said).toContain("kept to its room");
    await scene.act("close", { user: "casey", view_id: opened.view_id });
  });
});

describe("catching up", () => {
  test("shows whoever asks, and nobody else, where it stands and what happened, in under a second", async () => {
    const before = scene.snapshot().bedrock.requests.length;
    const messages = scene.channel(ANNOUNCEMENTS).messages.length;
    const startedAt = performance.now();
    const text = await brief("casey");
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    for (const words of ["SEV1", `<@${ALEX}>`, "Card payments fail for some", "investigating", "took command"])
      expect(text).toContain(words);
    expect(text).not.toContain("Since you last looked");
    expect(scene.channel(ANNOUNCEMENTS).messages).toHaveLength(messages);
    expect(scene.snapshot().bedrock.requests).toHaveLength(before);
  });

  test("says the second time what changed since the first", async () => {
    expect(await brief("casey")).toContain("nothing new");
    await scene.fillIn({ user: "alex", trigger: "hand_over_command", channel: room.id, values: { to: "sam" } });
    await scene.recorded(incident, "HandoverOffered");
    const text = await brief("casey");
    expect(text).toContain("Since you last looked");
    expect(text).toContain("offered command");
  });

  test("can be typed in the room", async () => {
    const typed = await scene.slash("sam", room.id, "catchup");
    expect(typed).toContain("*Commander*");
    expect(typed).not.toContain("Since you last looked");
    expect(await scene.slash("sam", room.id, "catchup")).toContain("nothing new");
  });
});

describe("somebody outside", () => {
  const request = () => scene.channel(room.id).messages.filter((message) => kindOf(message) === "join_request");

  test("asks to join: the commander reads one line, and nobody is let in by asking", async () => {
    const { said } = await scene.fillIn({
      user: "casey",
      trigger: "ask_to_join",
      channel: "incidents",
      inputs: { incident_id: incident },
      values: { reason: "I wrote the card module" },
    });
    expect(said).toContain("The room has been asked");
    const line = await scene.seen("the request", () => request()[0]);
    expect(textOf(line.blocks)).toContain(`<@${ALEX}>, <@${CASEY}> asks to join: I wrote the card module`);
    expect(actionsOf(line)).toEqual(["open_accept"]);
    expect(scene.channel(room.id).members).not.toContain(CASEY);
    const again = await scene.fillIn({
      user: "casey",
      trigger: "ask_to_join",
      channel: "incidents",
      inputs: { incident_id: incident },
      values: {},
    });
    expect(JSON.stringify(again)).toContain("asked already");
  });

  test("is let in by the commander only, and the same line says so", async () => {
    const [line] = request();
    const accept = async (user: string) => {
      const opened = await scene.act("click", { user, channel: room.id, ts: line?.ts, action_id: "open_accept" });
      await scene.act("submit", { user, view_id: opened.view_id, values: {} });
    };
    await accept("sam");
    expect(ofType(await scene.events(incident), "JoinAccepted")).toEqual([]);
    await accept("alex");
    await scene.recorded(incident, "PersonInvited", ({ userId, error }) => userId === CASEY && error === null);
    expect(scene.channel(room.id).members).toContain(CASEY);
    await scene.seen("the line to say so", () =>
      request().find(({ blocks }) => textOf(blocks).includes(`<@${ALEX}> let <@${CASEY}> in`)),
    );
    expect(request()).toHaveLength(1);
  });

  test("is brought in by anybody in the room who mentions them", async () => {
    expect(await scene.slash("sam", room.id, `invite <@${JORDAN}>`)).toContain("will be invited");
    await scene.recorded(incident, "PersonInvited", ({ userId, error }) => userId === JORDAN && error === null);
    expect(scene.channel(room.id).members).toContain(JORDAN);
  });
});

test("the headline ends with the outcome, the duration and the postmortem", async () => {
  await scene.fillIn({
    user: "alex",
    trigger: "resolve_incident",
    channel: room.id,
    values: { summary: "Rolled back.", outcome: "resolved", override_reason: "Watched by hand." },
  });
  await scene.recorded(incident, "PostmortemFiled");
  const message = await headlineSays("postmortem <http");
  const text = textOf(message.blocks);
  expect(text).toMatch(/Ended\* resolved after \d+ min, was SEV1/);
  expect(text).toContain("1 alert group still firing");
  expect(actionsOf(message)).toEqual(["open_catch_me_up"]);
  expect(headlines()).toHaveLength(1);
});

test("an alert worse than its incident raises it, and whoever had passed over the headline is told once", async () => {
  const overrides = (severity: string, time: number) => ({
    event: { time: new Date(time).toISOString() },
    alert_group_id: "IRAISED00001",
    alert_group: { id: "IRAISED00001", title: "search is slow", labels: { service: "search", severity } },
    alert_payload: { commonLabels: { service: "search", severity } },
  });
  const now = Date.now();
  incident = await scene.alert({ fixture: "oncall-alert-group-created", overrides: overrides("high", now) });
  await scene.room(incident);
  await headlineSays("SEV2");
  const worse = await scene.world.alert({
    fixture: "oncall-escalation",
    overrides: overrides("critical", now + 1_000),
  });
  expect(worse.status).toBe(200);
  await headlineSays("SEV1");
  const raised = (): Message[] =>
    scene.channel(ANNOUNCEMENTS).messages.filter(({ text }) => text.includes("SEV1, was SEV2"));
  await scene.seen("the second message", () => raised()[0]);
  const [changed] = ofType(await scene.events(incident), "SeverityChanged");
  expect(changed).toMatchObject({ from: "SEV2", to: "SEV1", by: null, rule: "alert SEV1" });
  expect(raised()).toHaveLength(1);
});
