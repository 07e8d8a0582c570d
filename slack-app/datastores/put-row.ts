import { log } from "../log.ts";
import type { Slack } from "../slack-client.ts";

/** Writes one whole row. A row is a cache, so a failed write blocks nothing: it is logged. */
export async function putRow(slack: Slack, datastore: string, item: Record<string, string>): Promise<void> {
  const put = await slack.call("apps.datastore.put", { datastore, item });
  if (!put.ok) log("warn", "row_not_written", { datastore, error: put.error });
}
