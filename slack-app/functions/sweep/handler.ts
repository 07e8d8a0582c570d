import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import { systemClock } from "../../clock.ts";
import { Nudges } from "../../datastores/nudges.ts";
import { putRow } from "../../datastores/put-row.ts";
import { drain } from "../../drain/drain.ts";
import { stepResult } from "../../drain/step-result.ts";
import { log } from "../../log.ts";
import { slackOf } from "../../slack-client.ts";

interface Due {
  client: SlackAPIClient;
  env: Env;
  event: { function_execution_id: string };
}

/**
 * Every 15 minutes: does what a lost doorbell left undone, and leaves one health line in the log.
 * While the bridge is away it only says that it cannot reach it, in the log and in its row.
 */
export async function sweep({ client, env, event }: Due) {
  const end = await drain({ client, env, executionId: event.function_execution_id, reason: "sweep" });
  const away = end.kind === "unreachable" || end.kind === "refused";
  log(away ? "error" : "info", "sweep", {
    end: end.kind,
    ...("done" in end ? { done: end.done, failed: end.failed } : {}),
  });
  if (away) {
    await putRow(slackOf(client), Nudges.name, {
      topic: "bridge",
      said: "the bridge cannot be reached",
      said_at: new Date(systemClock.now()).toISOString(),
    });
  }
  return stepResult(end);
}
