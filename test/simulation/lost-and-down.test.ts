import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import { blockText, type Channel, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";

const ALERTS = "C07ALERTS01";
const COMPANION = "U07COMPBOT1";
const KIM = "U07KIMRAMN3";
const SAM = "U07SAMWIER2";
const HOSTED_BOT = "U07HOSTBOT1";

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({
    bridgeEnv: { WATCHDOG_RING_MS: "1500", WATCHDOG_POST_MS: "4000" },
    functionEnv: { DRAIN_BUDGET_MS: "6000" },
  });
});
afterEach(async () => {
  scene.world.clearFaults();
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const fire = () => scene.alert({ fixture: "oncall-alert-group-created" });
/** Drains without a ring: those are counted by the minute. */
const drain = () => scene.act("fire", { trigger: "sweep_00" });

const says = (room: Channel, kind: string, words: string) =>
  scene.seen(`"${words}" in the ${kind} of #${room.name}`, ({ slack }) => {
    const channel = slack.channels.find(({ id }) => id === room.id);
    const message = channel && messageOf(channel, kind);
    return message && textOf(message.blocks).includes(words) ? message : undefined;
  });

test("a doorbell that is answered and forgotten is rung again, and the room opens", async () => {
  scene.world.addFault({ target: "slack", kind: "accept_then_lose", match: "trigger:doorbell", times: 1 });
  const incident = await fire();
  await scene.room(incident);
  await scene.recorded(incident, "DoorbellRungAgain");
  expect(ofType(await scene.events(incident), "WatchdogSpoke")).toEqual([]);
}, 30_000);

/** Resolved while Linear was down; its postmortem is looked for at the end of this file. */
let unfiled: { incident: string; room: Channel };

test("with Linear down the incident resolves, and the room is told that the postmortem waits", async () => {
  scene.world.addFault({ target: "linear", kind: "down" });
  const incident = await fire();
  const room = await scene.room(incident);
  unfiled = { incident, room };
  await scene.fillIn({
    user: "alex",
    trigger: "resolve_incident",
    channel: room.id,
    values: { summary: "A deploy was rolled back.", outcome: "resolved", override_reason: "Watched by hand." },
  });
  await scene.recorded(incident, "IncidentResolved");
  await scene.recorded(incident, "PostmortemDelayed");
  await says(room, "closing", "It is tried again until it works");
  expect(scene.snapshot().linear.issues).toEqual([]);
}, 30_000);

test("while no workflow runs the companion and the fallback webhook call for help; the room opens afterwards", async () => {
  // A drain that runs already would need no workflow.
  await scene.seen("no drain", ({ slack }) =>
    slack.executions.every((one) => one.function !== "drain_outbox" || one.status !== "running") ? true : undefined,
  );
  scene.world.addFault({ target: "slack", kind: "down", match: "workflow:" });
  const incident = await fire();
  expect(await scene.recorded(incident, "WatchdogSpoke")).toMatchObject({
    alertsChannel: "posted",
    fallbackWebhook: "posted",
  });
  const help = await scene.seen("a call for help in #alerts", ({ slack }) =>
    slack.channels
      .find(({ id }) => id === ALERTS)
      ?.messages.find(({ user, text }) => user === COMPANION && text.includes(incident)),
  );
  for (const words of ["<!subteam^S07FALLBACK>", incident, "SEV1", "Alert group: https://", "Runbook"])
    expect(help.text).toContain(words);
  const posts = scene.snapshot().fallback_webhook.posts.filter((post) => JSON.stringify(post).includes(incident));
  expect(posts).toHaveLength(1);
  expect(ofType(await scene.events(incident), "RoomCreated")).toEqual([]);

  scene.world.clearFaults();
  await scene.room(incident, 40_000);
  expect(ofType(await scene.events(incident), "WatchdogSpoke")).toHaveLength(1);
}, 90_000);

describe("a vendor that is away", () => {
  test("with every source of people and facts down the room opens at once, and it and the alerts channel say so", async () => {
    scene.world.addFault({ target: "oncall", kind: "down" });
    // Read a moment ago, it would be remembered for a day.
    await scene.world.bridge("stop");
    scene.world.addFault({ target: "workos", kind: "down" });
    await scene.world.bridge("start");
    scene.world.addFault({ target: "grafana", kind: "down" });
    scene.world.addFault({ target: "github", kind: "down" });
    const incident = await fire();
    await drain();
    const room = await scene.room(incident);
    expect(await scene.recorded(incident, "RespondersFound")).toMatchObject({ source: "fallback" });
    expect(room.members.filter((id) => id !== HOSTED_BOT).sort()).toEqual([KIM, SAM]);
    const first = messageOf(room, "incident_context");
    for (const words of [
      "fallback group",
      "on-call schedule could not be read",
      "directory group payments-sre could not be",
    ])
      expect(textOf(first?.blocks)).toContain(words);
    await scene.seen("why, in #alerts", ({ slack }) =>
      slack.channels
        .find(({ id }) => id === ALERTS)
        ?.messages.find(({ text }) =>
          text.startsWith(`Nobody on call could be found for ${incident} (SEV1, payments).`),
        ),
    );
    const all = "Error rate, Latency, Saturation, Last deploys, In the last deploy, Error logs, Slow or failed traces";
    await says(room, "incident_context", `*${all}, Owners of the changed files* _unavailable_ (could not be reached)`);
  }, 30_000);

  test("with Grafana and GitHub slow nobody waits: the room opens without answers, and they are filled in", async () => {
    scene.world.addFault({ target: "grafana", kind: "slow", ms: 60_000 });
    scene.world.addFault({ target: "github", kind: "slow", ms: 60_000 });
    const incident = await fire();
    await drain();
    const room = await scene.room(incident);
    const shown = () => textOf(messageOf(scene.channel(room.id), "incident_context")?.blocks);
    expect(shown()).toContain("More answers are on their way");
    await scene.recorded(incident, "ContextRead", ({ complete }) => complete, 20_000);
    await drain();
    await says(
      room,
      "incident_context",
      "Slow or failed traces, Owners of the changed files* _unavailable_ (timed out)",
    );
    expect(shown()).not.toContain("More answers are on their way");
    expect(ofType(await scene.events(incident), "ContextRead").length).toBeLessThanOrEqual(3);
  }, 40_000);

  describe("while customers are told", () => {
    let incident: string;
    let room: Channel;

    test("a page that acts and loses its reply is read, and holds the text exactly once", async () => {
      incident = await fire();
      await drain();
      room = await scene.room(incident);
      await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
      const { draftId } = await scene.draft(room.id, { status: "investigating", impact: "Payments fail for some" });
      const card = await scene.readCard(incident, draftId, 1);
      scene.world.addFault({ target: "statuspage", kind: "commit_then_drop", match: "POST", times: 1 });
      await scene.approve("alex", card);
      await scene.recorded(incident, "PublishOutcomeUnknown");
      const { result, targetId } = await scene.recorded(incident, "PublishReconciled");
      expect(result).toBe("found");
      const { incidents } = scene.snapshot().statuspage;
      expect(incidents.map(({ id }) => id)).toEqual([targetId]);
      expect(incidents[0]?.incident_updates.map(({ body }) => body)).toEqual([blockText(card.message, "draft_text")]);
      await drain();
      await says(room, "approval_card", "Published");
    }, 40_000);

    test("a page that cannot be read first puts the update off, and gets it once when it is back", async () => {
      const { draftId } = await scene.draft(room.id, { status: "identified", impact: "We know why payments fail" });
      const card = await scene.readCard(incident, draftId, 1);
      scene.world.addFault({ target: "statuspage", kind: "down" });
      await scene.approve("alex", card);
      await scene.recorded(incident, "PublishDeferred");
      expect(scene.snapshot().statuspage.incidents[0]?.incident_updates).toHaveLength(1);
      scene.world.clearFaults();
      await scene.recorded(incident, "PublishSucceeded", (event) => event.draftId === draftId);
      expect(scene.snapshot().statuspage.incidents[0]?.incident_updates.map(({ status }) => status)).toEqual([
        "identified",
        "investigating",
      ]);
    }, 40_000);
  });
});

describe("a store or a bridge that is away", () => {
  test("while the store is down an alert is answered 503 and never 2xx; the next one is taken", async () => {
    const before = (await scene.incidents()).length;
    scene.world.addFault({ target: "store", kind: "down" });
    const overrides = { groupKey: '{}:{alertname="StoreDown"}' };
    const refused = await scene.world.alert({ fixture: "grafana-alerting-firing", overrides });
    expect(refused.status).toBe(503);
    // OnCall repeats nothing that got an answer, so the relay gives it none.
    const relayed = await scene.world.alert({ fixture: "oncall-alert-group-created" });
    expect(relayed.status).toBe(0);
    scene.world.clearFaults();
    expect(await scene.incidents()).toHaveLength(before);
    const known = new Set(await scene.incidents());
    const incident = await scene.alert({ fixture: "grafana-alerting-firing", overrides });
    await drain();
    await scene.room(incident);
    const repeated = await scene.newIncident(new Set([...known, incident]));
    await scene.room(repeated);
    expect(await scene.incidents()).toHaveLength(before + 2);
  }, 60_000);

  test("a bridge killed right after it answered opens the room when it is back", async () => {
    const before = new Set(await scene.incidents());
    const { status } = await scene.world.alert({ fixture: "oncall-alert-group-created" });
    await scene.world.bridge("kill");
    expect(status).toBe(200);
    await scene.world.bridge("start");
    const incident = await scene.newIncident(before);
    await drain();
    await scene.room(incident);
    expect((await scene.incidents()).filter((id) => !before.has(id))).toEqual([incident]);
  }, 40_000);

  test.each(["RespondersFound", "RoomCreated", "RoomOpened"] as const)(
    "a bridge killed at %s comes back and finishes one room",
    async (moment) => {
      const incident = await fire();
      await drain();
      await scene.recorded(incident, moment);
      await scene.world.bridge("kill");
      await scene.world.bridge("start");
      await drain();
      const room = await scene.room(incident);
      expect(ofType(await scene.events(incident), "RoomCreated")).toHaveLength(1);
      expect(room.messages.filter(({ metadata }) => metadata?.event_type === "incident_context")).toHaveLength(1);
    },
    40_000,
  );

  test("a bridge that is told to stop finishes the publish it has begun", async () => {
    const incident = await fire();
    await drain();
    const room = await scene.room(incident);
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    const { draftId } = await scene.draft(room.id, { status: "investigating", impact: "Payments are slow" });
    const card = await scene.readCard(incident, draftId, 1);
    scene.world.addFault({ target: "statuspage", kind: "slow", match: "POST", ms: 3_000, times: 1 });
    await scene.approve("alex", card);
    // Told to stop before it has begun, it would leave the publish to the next one.
    await scene.recorded(incident, "PublishStarted");
    const began = performance.now();
    const stopped = await scene.world.bridge("stop");
    expect(stopped.running).toBe(false);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(ofType(await scene.events(incident), "PublishSucceeded")).toHaveLength(1);
    expect(ofType(await scene.events(incident), "PublishOutcomeUnknown")).toEqual([]);
    await scene.world.bridge("start");
    await drain();
    await says(room, "approval_card", "Published");
  }, 60_000);
});

test("when Linear is back the postmortem is filed, once, and the room has its link", async () => {
  const { incident, room } = unfiled;
  // Linear is asked again a minute after it could not be reached.
  const { identifier } = await scene.recorded(incident, "PostmortemFiled", undefined, 70_000);
  expect(scene.snapshot().linear.issues.map((issue) => issue.identifier)).toEqual([identifier]);
  await drain();
  await says(room, "postmortem", identifier);
  expect(textOf(messageOf(scene.channel(room.id), "closing")?.blocks)).toContain(identifier);
}, 90_000);
