import type { ArchiveRoom } from "../../shared/contracts/outbox.ts";
import { stopListening } from "./listen-to-room.ts";
import { failedWith } from "./report-failure.ts";
import type { Work } from "./work.ts";

export async function archiveRoom({ effectId, channel }: ArchiveRoom, work: Work): Promise<boolean> {
  const archived = await work.slack.call("conversations.archive", { channel });
  if (!archived.ok && !archived.error.startsWith("already_archived")) return await failedWith(effectId, archived, work);
  await stopListening(work.slack, channel);
  await work.report(effectId, { result: "archived", executionId: work.executionId });
  return true;
}
