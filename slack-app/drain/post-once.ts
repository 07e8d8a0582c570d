import type { MessageView } from "../../shared/contracts/views.ts";
import { message } from "../blocks/message.ts";
import { type SlackRefusal, tsOf } from "../slack-client.ts";
import { findPosted } from "./find-posted.ts";
import type { Work } from "./work.ts";

export type Posted = { ok: true; ts: string } | SlackRefusal;

/** The arguments that every message of ours is posted and edited with. */
export const messageArgs = (view: MessageView, effectId: string) => ({
  ...message(view),
  unfurl_links: false,
  unfurl_media: false,
  metadata: { event_type: view.kind, event_payload: { incident_id: view.incidentId, effect_id: effectId } },
});

interface Wanted {
  channel: string;
  effectId: string;
  attempt: number;
  view: MessageView;
  /** The message to reply to. */
  thread?: string | undefined;
}

/**
 * Posts a message exactly once per effect: above the first attempt somebody may have posted it and died before saying so,
 * so the history is searched for the effect id. What is found is brought up to date instead.
 */
export async function postOnce(
  { channel, effectId, attempt, view, thread }: Wanted,
  { slack, pace }: Work,
): Promise<Posted> {
  const args = messageArgs(view, effectId);
  const reply = thread === undefined ? {} : { thread_ts: thread };
  if (attempt > 1) {
    const found = await findPosted(slack, channel, { eventType: view.kind, effectId, thread });
    // Not knowing is no reason to post twice.
    if (!found.ok) return found;
    if (found.ts !== undefined) {
      const { ts } = found;
      const updated = await slack.call("chat.update", { channel, ts, ...args });
      return updated.ok ? { ok: true, ts } : updated;
    }
  }
  const posted = await pace(channel, () => slack.call("chat.postMessage", { channel, ...args, ...reply }));
  return posted.ok ? withTs(tsOf(posted)) : posted;
}

function withTs(ts: string | undefined): Posted {
  if (ts === undefined) throw new TypeError("Slack answered a post without a ts");
  return { ok: true, ts };
}
