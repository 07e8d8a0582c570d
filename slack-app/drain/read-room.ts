import * as z from "zod/mini";
import { SlackUserId } from "../../shared/contracts/ids.ts";
import { READ_MESSAGES, READ_TEXT, type ReadRoom } from "../../shared/contracts/outbox.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      text: z.optional(z.string()),
      user: z.optional(z.string()),
      bot_id: z.optional(z.string()),
      subtype: z.optional(z.string()),
    }),
  ),
});

/** Hands the bridge what people wrote in the room since it was last read: no bots, no joins, no replies in threads. */
export async function readRoom(
  { effectId, channel, after }: ReadRoom,
  { slack, executionId, report }: Work,
): Promise<boolean> {
  const reply = await slack.call("conversations.history", {
    channel,
    limit: READ_MESSAGES,
    ...(after === undefined ? {} : { oldest: after }),
  });
  if (!reply.ok) return await failedWith(effectId, reply, { executionId, report });
  const seen = z.parse(History, reply.body).messages.sort((a, b) => Number(a.ts) - Number(b.ts));
  const messages = seen.flatMap(({ ts, text = "", user, bot_id, subtype }) => {
    const author = z.safeParse(SlackUserId, user);
    const isPersons = author.success && bot_id === undefined && subtype === undefined;
    return isPersons && text.trim() !== "" ? [{ ts, author: author.data, text: text.slice(0, READ_TEXT) }] : [];
  });
  const until = seen.at(-1)?.ts;
  await report(effectId, { result: "room-read", executionId, messages, ...(until === undefined ? {} : { until }) });
  return true;
}
