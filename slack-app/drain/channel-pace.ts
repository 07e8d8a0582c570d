import type { Clock, Instant } from "../clock.ts";

/** Slack takes about one message a second in a channel. */
const MESSAGE_EVERY_MS = 1_000;

/** Sends one message of a channel after the other, a second after the last one was answered; other channels go on meanwhile. */
export type Pace = <T>(channel: string, send: () => Promise<T>) => Promise<T>;

export function channelPace(clock: Clock): Pace {
  const turns = new Map<string, Promise<Instant>>();
  return async (channel, send) => {
    const before = turns.get(channel);
    const sent = (async () => {
      // Counted from the answer, because a request may be long on its way.
      if (before !== undefined) await clock.sleep((await before) + MESSAGE_EVERY_MS - clock.now());
      return await send();
    })();
    turns.set(
      channel,
      sent.then(
        () => clock.now(),
        () => clock.now(),
      ),
    );
    return await sent;
  };
}
