import * as z from "zod/mini";
import { SlackUserId } from "../shared/contracts/ids.ts";
import type { Slack } from "./slack-client.ts";

const Replies = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      text: z.optional(z.string()),
      user: z.optional(z.string()),
      bot_id: z.optional(z.string()),
      metadata: z.optional(z.object({ event_payload: z.optional(z.object({ incident_id: z.optional(z.string()) })) })),
    }),
  ),
});

interface ReadMessage {
  text: string;
  /** Undefined for a bot's. */
  author: string | undefined;
  /** Posted by this app about an incident. */
  ours: boolean;
}

/** One message, in a thread or not, by its timestamp. */
export async function readMessage(
  slack: Slack,
  channel: string,
  ts: string,
): Promise<{ kind: "read"; message: ReadMessage } | { kind: "gone" } | { kind: "failed"; error: string }> {
  const reply = await slack.call("conversations.replies", {
    channel,
    ts,
    latest: ts,
    oldest: ts,
    inclusive: true,
    limit: 1,
    include_all_metadata: true,
  });
  if (!reply.ok)
    return /^(thread|message)_not_found/.test(reply.error) ? { kind: "gone" } : { kind: "failed", error: reply.error };
  const message = z.parse(Replies, reply.body).messages.find((one) => one.ts === ts);
  if (!message) return { kind: "gone" };
  const author = z.safeParse(SlackUserId, message.user);
  return {
    kind: "read",
    message: {
      text: message.text ?? "",
      author: author.success && message.bot_id === undefined ? author.data : undefined,
      ours: message.metadata?.event_payload?.incident_id !== undefined,
    },
  };
}
