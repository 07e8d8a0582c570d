import type { Clock, Instant } from "../clock.ts";

/** Slack takes about one message a second in a channel; a little more keeps clear of its rounding. */
const MESSAGE_EVERY_MS = 1_050;

/** Resolves when the next message may go to that channel. Turns are given in the order in which they are asked for. */
export function channelPace(clock: Clock): (channel: string) => Promise<void> {
  const free = new Map<string, Instant>();
  return async (channel) => {
    const now = clock.now();
    const turn = Math.max(now, free.get(channel) ?? 0);
    free.set(channel, turn + MESSAGE_EVERY_MS);
    await clock.sleep(turn - now);
  };
}
