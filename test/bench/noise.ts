import { listed, playNoisyIncident, topLevelBotMessages } from "../support/noisy-incident.ts";
import { startScene } from "../support/scene.ts";

const TARGET = 14;

/** How loud a room is: bot messages at its top level after a SEV1 with two public updates, one handover and its end. */
export async function benchNoise(): Promise<void> {
  const scene = await startScene({ bridgeEnv: { NUDGE_EVERY_MS: "2500" } });
  try {
    const messages = topLevelBotMessages(scene, await playNoisyIncident(scene));
    console.log(
      [
        "Noise: a SEV1 with two public updates, one handover, two reminders and its end.",
        "",
        listed(messages),
        "",
        `bot messages at the top level of the room: ${messages.length} (target ${TARGET}: ${messages.length <= TARGET ? "met" : "NOT MET"})`,
      ].join("\n"),
    );
  } finally {
    await scene.stop();
  }
}
