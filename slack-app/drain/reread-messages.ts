import type { RereadMessages } from "../../shared/contracts/outbox.ts";
import { capturedWords } from "../captured-words.ts";
import { readMessage } from "../read-message.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

/** Reads messages of the record again, and tells how they stand. What Slack does not show is told as a failure, never as gone. */
export async function rereadMessages(item: RereadMessages, { slack, executionId, report }: Work): Promise<boolean> {
  const { effectId, channel } = item;
  const messages: { ts: string; text: string | null }[] = [];
  for (const ts of item.messages) {
    const read = await readMessage(slack, channel, ts);
    if (read.kind === "failed") return await failedWith(effectId, read, { executionId, report });
    messages.push({ ts, text: read.kind === "gone" ? null : capturedWords(read.message.text).words });
  }
  await report(effectId, { result: "messages-read", executionId, messages });
  return true;
}
