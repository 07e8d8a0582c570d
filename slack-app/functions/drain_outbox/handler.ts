import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import { drain } from "../../drain/drain.ts";
import { stepResult } from "../../drain/step-result.ts";

interface Rung {
  client: SlackAPIClient;
  env: Env;
  event: { function_execution_id: string };
}

/** The doorbell rang: fetch what is due and do it. */
export const drainOutbox = async ({ client, env, event }: Rung) =>
  stepResult(await drain({ client, env, executionId: event.function_execution_id, reason: "doorbell" }));
