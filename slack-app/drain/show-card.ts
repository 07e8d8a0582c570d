import type { ShowCard } from "../../shared/contracts/outbox.ts";
import { putCardRow } from "../datastores/approval-cards.ts";
import { cardMessage } from "../functions/card/card-message.ts";
import { log } from "../log.ts";
import { tsOf } from "../slack-client.ts";
import { findPosted } from "./find-posted.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/**
 * Posts a new approval card with its buttons; the caller must then keep this execution open.
 * A card that an earlier attempt posted belongs to an execution that may be dead, and nobody else may give it buttons:
 * it loses them, and a fresh one is posted.
 */
export async function showCard({ effectId, attempt, channel, draft }: ShowCard, work: Work): Promise<boolean> {
  const { slack, report, executionId, pace } = work;
  const { draftId, version, contentHash } = draft;
  if (attempt > 1) {
    const found = await findPosted(slack, channel, { eventType: "approval_card", effectId });
    if (!found.ok) return await failedWith(effectId, found, work);
    if (found.ts !== undefined) await disarm(found.ts);
  }
  const card = cardMessage(draft, "with-buttons", effectId);
  const posted = await pace(channel, () => slack.call("chat.postMessage", { channel, ...card }));
  if (!posted.ok) return await failedWith(effectId, posted, work);
  const ts = tsOf(posted);
  if (ts === undefined) throw new TypeError("Slack answered a post without a ts");
  await report(effectId, { result: "card-shown", executionId, draftId, version, contentHash, channel, ts });
  await putCardRow(slack, { draft, channel, ts, executionId });
  return true;

  async function disarm(oldTs: string): Promise<void> {
    const replaced = { ...draft, standing: "Replaced by the newer card below." };
    const card = cardMessage(replaced, "without-buttons", `${effectId}:replaced`);
    const updated = await slack.call("chat.update", { channel, ts: oldTs, ...card });
    if (!updated.ok) log("warn", "old_card_not_disarmed", { draftId, version, error: updated.error });
  }
}
