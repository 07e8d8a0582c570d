import type { SlackSnapshot } from "../../sandbox/slack/local-slack.ts";
import { SLACK_CALLS, type SlackCallName, type SlackPart, type StartSlack } from "../../sandbox/world/slack-part.ts";

/** A Slack in which nothing happens but the counting of messages: enough to test the world around it. */
export const startQuietSlack: StartSlack = async ({ state, port }) => {
  const messages: unknown[] = (state as { messages?: unknown[] } | undefined)?.messages ?? [];
  const listeners = new Set<(change: { type: string }) => void>();
  const url = `http://127.0.0.1:${port ?? 65_000}`;
  const calls = Object.fromEntries(
    SLACK_CALLS.map((name) => [
      name,
      async (body: Record<string, unknown>) => {
        if (name !== "message") return { ok: false, error: "channel_not_found" };
        messages.push(body);
        for (const listener of listeners) listener({ type: "message" });
        return { ok: true, ts: `${messages.length}.000000` };
      },
    ]),
  ) as unknown as Pick<SlackPart, SlackCallName>;
  return {
    ...calls,
    url,
    apiUrl: `${url}/api/`,
    triggers: { doorbell: `${url}/triggers/doorbell`, webhooks: {}, links: { take_command: `${url}/shortcuts/1` } },
    snapshot: () =>
      ({
        channels: [{ id: "C07GENERAL1", name: "general", messages: [...messages] }],
        users: [],
      }) as unknown as SlackSnapshot,
    dump: () => ({ messages }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {},
  };
};
