import type { RepaintCard } from "../../shared/contracts/outbox.ts";
import { putCardRow } from "../datastores/approval-cards.ts";
import { cardMessage } from "../functions/card/card-message.ts";
import { CLOSED_CARD_OUTPUTS } from "../functions/card/outputs.ts";
import { log } from "../log.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/**
 * Repaints a card that another execution posted, hence without block buttons, and completes that execution where one is
 * named. Slack may not let our token complete it; then it lapses by itself, and the bridge refuses whatever it sends.
 */
export async function repaintCard(item: RepaintCard, work: Work): Promise<boolean> {
  const { slack, report, executionId } = work;
  const { effectId, channel, ts, draft, completeExecution } = item;
  const updated = await slack.call("chat.update", { channel, ts, ...cardMessage(draft, "without-buttons", effectId) });
  // A card that a person deleted needs no repainting.
  if (!updated.ok && !updated.error.startsWith("message_not_found")) return await failedWith(effectId, updated, work);
  if (completeExecution !== undefined) {
    const completed = await slack.call("functions.completeSuccess", {
      function_execution_id: completeExecution,
      outputs: CLOSED_CARD_OUTPUTS,
    });
    if (!completed.ok) log("info", "execution_not_completed", { draftId: draft.draftId, error: completed.error });
  }
  await report(effectId, { result: "repainted", executionId });
  await putCardRow(slack, { draft, channel, ts });
  return true;
}
