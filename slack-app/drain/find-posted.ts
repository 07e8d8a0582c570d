import * as z from "zod/mini";
import type { Slack, SlackRefusal } from "../slack-client.ts";

const Page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.optional(
        z.object({
          event_type: z.optional(z.string()),
          event_payload: z.optional(z.object({ effect_id: z.optional(z.string()) })),
        }),
      ),
    }),
  ),
  response_metadata: z.nullish(z.object({ next_cursor: z.optional(z.string()) })),
});

/** A repeated effect is seconds to minutes old: three pages reach back far enough in any room. */
const PAGES = 3;
const PAGE_SIZE = 200;

/** The newest message that carries this effect id and kind, because Slack has no idempotency key for messages. */
export async function findPosted(
  slack: Slack,
  channel: string,
  { eventType, effectId, thread }: { eventType: string; effectId: string; thread?: string | undefined },
): Promise<{ ok: true; ts: string | undefined } | SlackRefusal> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    // The history of a channel holds no replies: those are listed below their message.
    const where = thread === undefined ? {} : { ts: thread };
    const reply = await slack.call(thread === undefined ? "conversations.history" : "conversations.replies", {
      channel,
      ...where,
      limit: PAGE_SIZE,
      include_all_metadata: true,
      cursor,
    });
    if (!reply.ok) return reply;
    const { messages, response_metadata } = z.parse(Page, reply.body);
    const found = messages.find(
      ({ metadata }) => metadata?.event_type === eventType && metadata.event_payload?.effect_id === effectId,
    );
    if (found) return { ok: true, ts: found.ts };
    cursor = response_metadata?.next_cursor;
    if (!cursor) break;
  }
  return { ok: true, ts: undefined };
}
