import { afterAll, beforeAll, expect, test } from "vitest";
import { listed, playNoisyIncident, topLevelBotMessages } from "../support/noisy-incident.ts";
import { type Channel, type Message, type Scene, startScene } from "../support/scene.ts";

/** More than this and people stop reading. The aim is 14. */
const MOST = 16;

let scene: Scene;
let room: Channel;
let most = 0;
beforeAll(async () => {
  scene = await startScene({ bridgeEnv: { NUDGE_EVERY_MS: "2500" } });
  scene.world.onChange(() => {
    const found = scene.snapshot().slack.channels.find(({ name }) => name.startsWith("inc-"));
    most = Math.max(most, found?.messages.filter(isNudge).length ?? 0);
  });
  room = await playNoisyIncident(scene);
}, 60_000);
afterAll(() => scene.stop());

const isNudge = ({ metadata }: Message) => (metadata as { event_type?: string } | undefined)?.event_type === "nudge";

test(`a SEV1 with two public updates, a handover and its end leaves at most ${MOST} bot messages in its room`, async () => {
  const messages = topLevelBotMessages(scene, room);
  expect(messages.length, listed(messages)).toBeLessThanOrEqual(MOST);
  expect(messages.length).toBeGreaterThan(5);
  expect(await scene.faults()).toEqual([]);
});

test("a new reminder takes the place of the old one, and none outlives the incident", () => {
  // For a moment both stand there: a reminder that only replaced words would wake nobody.
  expect(most).toBeGreaterThanOrEqual(1);
  expect(most).toBeLessThanOrEqual(2);
  expect(room.messages.filter(isNudge)).toEqual([]);
});
