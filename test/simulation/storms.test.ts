import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ofType } from "../support/record-check.ts";
import { type Channel, messageOf, type Scene, startScene, textOf } from "../support/scene.ts";
import { COLLECTING, playStorm } from "../support/storm.ts";

// Rooms are opened one after the other here, on whatever machine this is.
vi.setConfig({ testTimeout: 60_000 });

let scene: Scene;
let stormed: string;
beforeAll(async () => {
  scene = await startScene({ bridgeEnv: COLLECTING });
});
afterEach(async () => {
  expect(await scene.faults()).toEqual([]);
});
afterAll(() => scene.stop());

const SERVICE = { payments: "payments", checkout: "checkout", search: "search" } as const;
const fire = (service: keyof typeof SERVICE, group: string, title: string) => ({
  fixture: "oncall-alert-group-created" as const,
  overrides: {
    alert_group_id: group,
    alert_group: { id: group, title, labels: { service, severity: "critical" } },
    alert_payload: { commonLabels: { service, severity: "critical" } },
  },
});
const groupsShown = (room: Channel, words: string) =>
  scene.seen(`"${words}" among the alert groups`, () => {
    const message = messageOf(scene.channel(room.id), "alert_groups");
    return message && textOf(message.blocks).includes(words) ? message : undefined;
  });

test("two hundred alert groups of one service in a few seconds are one room, none is lost, and Slack is never asked too much", async () => {
  const report = await playStorm(scene, { alerts: 200, overMs: 4_000, service: "payments", patienceMs: 30_000 });
  expect(report).toMatchObject({ sent: 200, accepted: 200, lost: 0, incidents: 1, rooms: 1, tooMany: 0 });
  [stormed = ""] = await scene.incidents();
  expect(report.entries).toBeLessThanOrEqual(40);
});

describe("two incidents that are one", () => {
  let one: { incident: string; room: Channel };
  let two: { incident: string; room: Channel };

  test("are merged by typing which: the alerts go there, later ones too, and both rooms say so", async () => {
    const first = await scene.alert(fire("checkout", "IMERGE0000001", "Checkout is slow"));
    one = { incident: first, room: await scene.room(first) };
    const second = await scene.alert(fire("search", "IMERGE0000002", "Search is slow"));
    two = { incident: second, room: await scene.room(second) };

    expect(await scene.slash("alex", two.room.id, "merge INC-nonsense")).toContain("Nothing was recorded");
    expect(await scene.slash("alex", two.room.id, `merge ${one.incident}`)).toContain(`duplicate of ${one.incident}`);
    await scene.recorded(two.incident, "AlertGroupsMoved");
    await scene.recorded(one.incident, "AlertGroupsReceived", ({ from }) => from === two.incident);
    await groupsShown(one.room, "Search is slow");
    expect(textOf((await groupsShown(one.room, two.incident)).blocks)).toContain("IMERGE0000002");

    const rooms = scene.snapshot().slack.channels.length;
    const later = { ...fire("search", "IMERGE0000002", "Search is slow"), fixture: "oncall-escalation" as const };
    expect((await scene.world.alert(later)).status).toBe(200);
    await scene.recorded(one.incident, "AlertAttached", ({ groupId }) => groupId === "IMERGE0000002");
    expect(scene.snapshot().slack.channels).toHaveLength(rooms);
  });

  test("are split again by the name of the alert group: it gets an incident and a room of its own", async () => {
    const known = new Set(await scene.incidents());
    expect(await scene.slash("sam", one.room.id, "split")).toContain("IMERGE0000002");
    expect(await scene.slash("sam", one.room.id, "split IMERGE0000009")).toContain("no alert group here");
    expect(await scene.slash("sam", one.room.id, "split IMERGE0000002")).toContain("incident of its own");
    const own = await scene.newIncident(known);
    const room = await scene.room(own);
    expect(textOf(messageOf(scene.channel(room.id), "incident_context")?.blocks)).toContain("Search is slow");
    await groupsShown(one.room, `went to ${own}`);
    expect(await scene.slash("sam", one.room.id, "split IMERGE0000001")).toContain("only alert group");
  });
});

test("closing says what still fires, in the form and in the room, and what fires next opens another incident", async () => {
  const room = await scene.room(stormed);
  const form = await scene.formSays("alex", "resolve_incident", room.id);
  expect(form).toContain("200 alert groups still fire");
  const known = new Set(await scene.incidents());
  await scene.fillIn({
    user: "alex",
    trigger: "resolve_incident",
    channel: room.id,
    values: { summary: "Rolled back.", outcome: "resolved", override_reason: "Watched by hand." },
  });
  await scene.recorded(stormed, "IncidentResolved");
  await scene.seen("the closing", () => {
    const message = messageOf(scene.channel(room.id), "closing");
    return message && textOf(message.blocks).includes("200 groups still fire") ? message : undefined;
  });
  expect((await scene.world.alert(fire("payments", "ISTORMPANEW01", "payments again"))).status).toBe(200);
  const again = await scene.newIncident(known);
  expect(ofType(await scene.events(again), "AlertAttached").map(({ groupId }) => groupId)).toEqual(["ISTORMPANEW01"]);
});
