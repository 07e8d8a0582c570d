import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import { systemClock } from "../../clock.ts";
import { Nudges } from "../../datastores/nudges.ts";
import { putRow } from "../../datastores/put-row.ts";
import { drain } from "../../drain/drain.ts";
import { stepResult } from "../../drain/step-result.ts";
import { awaySentence, tellRooms } from "../../drain/tell-rooms.ts";
import { log } from "../../log.ts";
import { slackOf } from "../../slack-client.ts";

interface Due {
  client: SlackAPIClient;
  env: Env;
  event: { function_execution_id: string };
}

/** The drain has used up most of the minute that Slack gives a function. */
const TELL_WITHIN_MS = 5_000;

/**
 * Every 15 minutes: does what a lost doorbell left undone, and leaves one health line in the log.
 * While the bridge is away it says what is known of that, in the log, in its row and in each war room.
 */
export async function sweep({ client, env, event }: Due) {
  const end = await drain({ client, env, executionId: event.function_execution_id, reason: "sweep" });
  const away = end.kind === "unreachable" || end.kind === "refused" ? end : undefined;
  log(away ? "error" : "info", "sweep", {
    end: end.kind,
    ...("done" in end ? { done: end.done, failed: end.failed } : {}),
  });
  if (away) {
    const now = systemClock.now();
    const slack = slackOf(client, { deadline: now + TELL_WITHIN_MS });
    await putRow(slack, Nudges.name, {
      topic: "bridge",
      said: awaySentence(away, now),
      said_at: new Date(now).toISOString(),
    });
    await tellRooms(slack, away, now);
  }
  return stepResult(end);
}
