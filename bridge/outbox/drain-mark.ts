import type { IndexTable } from "../index-table/index-table.ts";
import type { Clock } from "../platform/clock.ts";
import { number, readNumber, text } from "../platform/dynamo.ts";

/** Whether a drain is asking for work now. While one is, new work is fetched without ringing. Shared by the replicas. */
export interface DrainMark {
  isActive(): Promise<boolean>;
  /** The drain will ask again, or report, within `forMs`. */
  active(executionId: string, forMs: number): Promise<void>;
  /** It is still working: as `active`, unless it said before that it will not ask again. */
  working(executionId: string, forMs: number): Promise<void>;
  /** The doorbell was rung: a drain should ask within `forMs`, so nobody else needs to ring before that. */
  expected(forMs: number): Promise<void>;
  /** It will not ask again. */
  gone(executionId: string): Promise<void>;
}

export function createDrainMark({ index, clock }: { index: IndexTable; clock: Clock }): DrainMark {
  return {
    isActive: async () => (readNumber(await index.get("DRAIN", "D"), "until") ?? 0) > clock.now(),
    async active(executionId, forMs) {
      await index.put({
        pk: text("DRAIN"),
        sk: text("D"),
        holder: text(executionId),
        until: number(clock.now() + forMs),
      });
    },
    async working(executionId, forMs) {
      await index.update("DRAIN", "D", {
        UpdateExpression: "SET #u = :until",
        ConditionExpression: "holder = :holder AND #u > :now",
        ExpressionAttributeNames: { "#u": "until" },
        ExpressionAttributeValues: {
          ":until": number(clock.now() + forMs),
          ":holder": text(executionId),
          ":now": number(clock.now()),
        },
      });
    },
    async expected(forMs) {
      const until = clock.now() + forMs;
      await index.update("DRAIN", "D", {
        UpdateExpression: "SET #u = :until, holder = if_not_exists(holder, :nobody)",
        ConditionExpression: "attribute_not_exists(#u) OR #u < :until",
        ExpressionAttributeNames: { "#u": "until" },
        ExpressionAttributeValues: { ":until": number(until), ":nobody": text("-") },
      });
    },
    async gone(executionId) {
      await index.update("DRAIN", "D", {
        UpdateExpression: "SET #u = :zero",
        ConditionExpression: "holder = :holder",
        ExpressionAttributeNames: { "#u": "until" },
        ExpressionAttributeValues: { ":zero": number(0), ":holder": text(executionId) },
      });
    },
  };
}
