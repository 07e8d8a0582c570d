import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Clock } from "./clock.ts";

/** The SDK hands its middleware the answer as `unknown`; this is all we need of it. */
const Answer = z.object({ headers: z.object({ date: z.string().optional() }) });

/**
 * How far this machine's clock stands from the store's, by the `Date` header of the store's answers: milliseconds, positive when
 * ours is ahead; 0 before the first answer. The header counts whole seconds, so up to one second of it is rounding.
 */
export function watchStoreSkew(client: DynamoDBClient, clock: Clock): () => number {
  let skewMs = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const stamped = Date.parse(Answer.safeParse(result.response).data?.headers.date ?? "");
      if (Number.isFinite(stamped)) skewMs = clock.now() - stamped;
      return result;
    },
    { step: "deserialize", priority: "low", name: "watchStoreSkew" },
  );
  return () => skewMs;
}
