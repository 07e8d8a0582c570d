import type { RemoveMessage } from "../../shared/contracts/outbox.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/** Takes a message of ours away. One that is gone already is what was wanted. */
export async function removeMessage({ effectId, channel, ts }: RemoveMessage, work: Work): Promise<boolean> {
  const removed = await work.slack.call("chat.delete", { channel, ts });
  if (!removed.ok && !removed.error.startsWith("message_not_found")) return await failedWith(effectId, removed, work);
  await work.report(effectId, { result: "removed", executionId: work.executionId });
  return true;
}
