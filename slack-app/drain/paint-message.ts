import type { PaintMessage } from "../../shared/contracts/outbox.ts";
import { log } from "../log.ts";
import { messageArgs, type Posted, postOnce } from "./post-once.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/** Posts a message, or edits it in place; one that a person deleted meanwhile is posted anew. */
export async function paintMessage(item: PaintMessage, work: Work): Promise<boolean> {
  const { channel, effectId, attempt, message, pin, rev, thread } = item;
  const edited = item.ts === undefined ? undefined : await edit(item, item.ts, work);
  const posted = edited ?? (await postOnce({ channel, effectId, attempt, view: message, thread }, work));
  if (!posted.ok) return await failedWith(effectId, posted, work);
  if (pin) await pinned(work, channel, posted.ts);
  if (item.unpin) await unpinned(work, channel, posted.ts);
  const shown = { channel, ts: posted.ts, ...(rev === undefined ? {} : { rev }) };
  await work.report(effectId, { result: "painted", executionId: work.executionId, ...shown });
  return true;
}

async function edit(item: PaintMessage, ts: string, { slack }: Work): Promise<Posted | undefined> {
  const { channel, effectId, message } = item;
  const updated = await slack.call("chat.update", { channel, ts, ...messageArgs(message, effectId) });
  if (updated.ok) return { ok: true, ts };
  return updated.error.startsWith("message_not_found") ? undefined : updated;
}

/** Takes a pin away; one that is not there is as good as taken away. */
async function unpinned({ slack }: Work, channel: string, timestamp: string): Promise<void> {
  const removed = await slack.call("pins.remove", { channel, timestamp });
  if (!removed.ok && !removed.error.startsWith("no_pin"))
    log("warn", "not_unpinned", { channel, error: removed.error });
}

/** Pins a message; gives Slack's reason when it could not. */
export async function pinned({ slack }: Work, channel: string, timestamp: string): Promise<string | undefined> {
  const pin = await slack.call("pins.add", { channel, timestamp });
  if (pin.ok || pin.error.startsWith("already_pinned")) return undefined;
  log("warn", "not_pinned", { channel, error: pin.error });
  return pin.error;
}
