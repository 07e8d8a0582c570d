import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ofType } from "../support/record-check.ts";
import { type Scene, startScene, textOf } from "../support/scene.ts";

const EVERY_MS = "1000";
/** Straight to the bridge: such a call is made once, as OnCall's is that got any answer. */
const lost = { fixture: "oncall-alert-group-created", scheme: "S1T" } as const;

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ bridgeEnv: { RECONCILE_ALERTS_MS: EVERY_MS } });
});
afterEach(async () => {
  scene.world.clearFaults();
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const drain = () => scene.act("fire", { trigger: "sweep_00" });
const incidentsSince = async (before: ReadonlySet<string>) => (await scene.incidents()).filter((id) => !before.has(id));
const newestGroup = () => String(scene.snapshot().oncall.alert_groups[0]?.id);
const health = async () =>
  (await (await fetch(`${scene.snapshot().bridge.url}/health`)).json()) as {
    status: string;
    missedAlerts: { checkedSecondsAgo: number | null; failing: boolean };
  };
const metrics = async () => (await fetch(`${scene.snapshot().bridge.internal_url}/metrics`)).text();

/** An alert whose only call finds no bridge; the bridge is back afterwards. */
async function alertWhileAway(): Promise<string> {
  await scene.world.bridge("kill");
  expect((await scene.world.alert(lost)).status).toBe(0);
  await scene.world.bridge("start");
  return newestGroup();
}

test("an alert sent while the bridge was dead opens its room, with its people, when the bridge is back", async () => {
  const before = new Set(await scene.incidents());
  const group = await alertWhileAway();
  const incident = await scene.newIncident(before);
  await drain();
  const room = await scene.room(incident);
  expect(await scene.recorded(incident, "RespondersFound")).toMatchObject({ first: "U07ALEXLIN1", missing: [] });
  expect(room.members).toEqual(expect.arrayContaining(["U07ALEXLIN1", "U07SAMWIER2", "U07KIMRAMN3"]));
  // What OnCall sends of the group from now on belongs to the same incident.
  await scene.world.alert({
    fixture: "oncall-escalation",
    overrides: { alert_group_id: group, alert_group: { id: group } },
  });
  await scene.recorded(incident, "AlertAttached", ({ kind }) => kind === "escalation");
  expect(await incidentsSince(before)).toEqual([incident]);
}, 40_000);

test("an alert that was answered 503 opens its room once the store is back", async () => {
  const before = new Set(await scene.incidents());
  scene.world.addFault({ target: "store", kind: "down" });
  expect((await scene.world.alert(lost)).status).toBe(503);
  scene.world.clearFaults();
  const incident = await scene.newIncident(before);
  await drain();
  await scene.room(incident);
  expect(await incidentsSince(before)).toEqual([incident]);
}, 40_000);

test("an alert that OnCall repeats after it was found makes no second incident and attaches nothing twice", async () => {
  const before = new Set(await scene.incidents());
  await scene.world.bridge("kill");
  // Through the relay: with no answer it is sent again ten seconds later.
  expect((await scene.world.alert({ fixture: "oncall-alert-group-created" })).status).toBe(0);
  let attempts = 0;
  const unsubscribe = scene.world.onChange((change) => {
    if (change.part === "alerts" && change.type === "sent" && change.status === 200) attempts += 1;
  });
  await scene.world.bridge("start");
  const incident = await scene.newIncident(before);
  await scene.seen("the repeat of the call", () => (attempts > 0 ? true : undefined));
  unsubscribe();
  await drain();
  await scene.room(incident);
  expect(await incidentsSince(before)).toEqual([incident]);
  expect(ofType(await scene.events(incident), "AlertAttached")).toHaveLength(1);
}, 60_000);

test("a call that nobody could have signed for OnCall is not found afterwards either", async () => {
  const before = new Set(await scene.incidents());
  expect((await scene.world.alert({ fixture: "oncall-alert-group-created", sign: false })).status).toBe(401);
  const { checkedSecondsAgo } = (await health()).missedAlerts;
  expect(checkedSecondsAgo).not.toBeNull();
  const asked = () => scene.snapshot().oncall.requests.filter(({ path }) => path.endsWith("/alert_groups/")).length;
  const now = asked();
  await scene.seen("three more looks", () => (asked() >= now + 6 ? true : undefined));
  expect(await incidentsSince(before)).toEqual([]);
}, 30_000);

test("while OnCall is down health and metrics say so, rooms open as ever, and afterwards all is well again", async () => {
  scene.world.addFault({ target: "oncall", kind: "down" });
  const failing = async (expected: boolean) => {
    await expect.poll(async () => (await health()).missedAlerts.failing, { timeout: 20_000 }).toBe(expected);
  };
  await failing(true);
  expect((await health()).status).toBe("degraded");
  expect(await metrics()).toMatch(/ic_reconcile_rounds_total\{outcome="failed"\} [1-9]/);
  const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  await drain();
  const room = await scene.room(incident);
  expect(textOf(room.messages.map(({ blocks }) => blocks))).toContain("the on-call schedule could not be read");
  scene.world.clearFaults();
  await failing(false);
  expect((await health()).missedAlerts.checkedSecondsAgo).toBeLessThan(30);
}, 60_000);
