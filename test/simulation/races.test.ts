import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import { buttonValue, type Channel, type Scene, type ShownCard, startScene } from "../support/scene.ts";

const TEAM = "T07KESTREL1";
const ALEX = "U07ALEXLIN1";
const SAM = "U07SAMWIER2";
const RILEY = "U07RILEYQ4";
const JORDAN = "U07JORDANO5";
const AT_ONCE = 50;

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

const approval = (card: ShownCard, userId: string, commandId: string) =>
  scene.command({
    type: "ApproveDraft",
    commandId,
    actor: { userId, teamId: TEAM },
    incidentId: incident,
    draftId: card.draftId,
    ...(JSON.parse(buttonValue(card.message, "approve_publish")) as { version: number; hash16: string }),
    channel: card.channel,
    ts: card.ts,
  });

const writes = () => scene.snapshot().statuspage.requests.filter(({ method }) => method !== "GET");

test("the same alert fifty times at once is accepted fifty times and makes one incident with one room", async () => {
  const overrides = {
    alert_group_id: "IRACE0000001",
    alert_group: { id: "IRACE0000001" },
    event: { time: new Date().toISOString() },
  };
  const outcomes = await Promise.all(
    Array.from({ length: AT_ONCE }, () => scene.world.alert({ fixture: "oncall-alert-group-created", overrides })),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: AT_ONCE }, () => 200));
  const all = await scene.incidents();
  expect(all).toHaveLength(1);
  [incident = ""] = all;
  room = await scene.room(incident);
  expect(ofType(await scene.events(incident), "AlertAttached")).toHaveLength(1);
  expect(scene.snapshot().slack.channels.filter(({ name }) => name.startsWith("inc-"))).toHaveLength(1);
});

test("two people take command in the same instant: one has it, the other is told who", async () => {
  const take = (userId: string) =>
    scene.command({
      type: "TakeCommand",
      commandId: `take-${userId}`,
      actor: { userId, teamId: TEAM },
      incidentId: incident,
    });
  const replies = await Promise.all([take(ALEX), take(SAM)]);
  expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
  const [taken, ...others] = ofType(await scene.events(incident), "CommandTaken");
  expect(others).toEqual([]);
  const loser = replies.find(({ ok }) => !ok);
  expect(loser).toMatchObject({ refusal: "command-is-taken" });
  expect(loser?.message).toContain(`<@${taken?.by}>`);
});

test("two approvers click in the same instant: customers read the text once", async () => {
  await scene.act("join", { user: "riley", channel: room.id });
  await scene.act("join", { user: "jordan", channel: room.id });
  const { draftId } = await scene.draft(room.id, { status: "investigating", impact: "Payments fail for some" });
  const card = await scene.readCard(incident, draftId, 1);
  await Promise.all([scene.approve("riley", card), scene.approve("jordan", card)]);
  await scene.recorded(incident, "PublishSucceeded");
  const granted = ofType(await scene.events(incident), "ApprovalGranted");
  expect(granted).toHaveLength(1);
  const denied = ofType(await scene.events(incident), "ApprovalDenied");
  expect(denied.map(({ reason }) => reason)).toEqual(["already-decided"]);
  expect([granted[0]?.by, denied[0]?.by].sort()).toEqual([JORDAN, RILEY]);
  expect(writes()).toHaveLength(1);
  expect(scene.snapshot().statuspage.incidents).toHaveLength(1);
});

test("one click delivered five times is one approval and one write, and every delivery gets the same answer", async () => {
  const before = writes().length;
  const { draftId } = await scene.draft(room.id, { status: "identified", impact: "We know why payments fail" });
  const card = await scene.readCard(incident, draftId, 1);
  const replies = await Promise.all(Array.from({ length: 5 }, () => approval(card, RILEY, "the-same-click")));
  expect(replies.every(({ ok }) => ok)).toBe(true);
  expect(new Set(replies.map(({ message }) => message)).size).toBe(1);
  await scene.recorded(incident, "PublishSucceeded", (event) => event.draftId === draftId);
  const granted = ofType(await scene.events(incident), "ApprovalGranted").filter((event) => event.draftId === draftId);
  expect(granted).toHaveLength(1);
  expect(writes()).toHaveLength(before + 1);
  expect(scene.snapshot().statuspage.incidents[0]?.incident_updates).toHaveLength(2);
});

test("an edit and an approval in the same instant: either the old text was approved first, or nothing was", async () => {
  const before = writes().length;
  const { draftId } = await scene.draft(room.id, { status: "monitoring", impact: "Payments work again for most" });
  const card = await scene.readCard(incident, draftId, 1);
  const edit = scene.command({
    type: "ReviseDraft",
    commandId: "edit-in-a-race",
    actor: { userId: SAM, teamId: TEAM },
    incidentId: incident,
    draftId,
    baseVersion: 1,
    title: "Payments",
    body: "Entirely other words.",
  });
  const [edited, approved] = await Promise.all([edit, approval(card, RILEY, "approve-in-a-race")]);
  if (approved.ok) {
    // The grant came first; the edit then voided it unless the text was already on its way.
    if (edited.ok) await scene.recorded(incident, "ApprovalVoided", (event) => event.draftId === draftId);
    else await scene.recorded(incident, "PublishSucceeded", (event) => event.draftId === draftId);
  } else {
    expect(edited.ok).toBe(true);
    expect(approved).toMatchObject({ refusal: "stale-version" });
  }
  expect(JSON.stringify(writes().map(({ body }) => body))).not.toContain("Entirely other words");
  expect(writes().length).toBeLessThanOrEqual(before + 1);
});

test("three drains at once open one room with every message once", async () => {
  const [second] = await Promise.all([
    scene.alert({ fixture: "oncall-alert-group-created", overrides: { alert_group: { title: "Second fire" } } }),
    scene.act("fire", { trigger: "sweep_00" }),
    scene.act("fire", { trigger: "sweep_15" }),
  ]);
  const opened = await scene.room(second);
  expect(ofType(await scene.events(second), "RoomOpened")).toHaveLength(1);
  expect(scene.snapshot().slack.channels.filter(({ name }) => name === opened.name)).toHaveLength(1);
});
