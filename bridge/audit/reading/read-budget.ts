import type { IndexTable } from "../../index-table/index-table.ts";
import { createTokenBucket } from "../../index-table/token-bucket.ts";
import type { JsonReply } from "../../ingress/reply.ts";
import { problem } from "../../ingress/reply.ts";
import type { Clock } from "../../platform/clock.ts";

/** Each reader may ask so often a minute; a live look, which reads everything, is rarer and counted for all together. */
const READS_PER_MINUTE = 30;
const LIVE_PER_MINUTE = 2;

/** What reading may cost, counted for all replicas together. */
export interface ReadBudget {
  /** The refusal, or undefined when the read may go on. */
  take(reader: string): Promise<JsonReply | undefined>;
  takeLive(): Promise<JsonReply | undefined>;
}

export function createReadBudget(deps: { index: IndexTable; clock: Clock }): ReadBudget {
  const bucket = (name: string, perMinute: number) =>
    createTokenBucket({ ...deps, name, burst: perMinute, refillMs: 60_000 / perMinute });
  const live = bucket("audit-live", LIVE_PER_MINUTE);
  return {
    take: async (reader) =>
      tooMany(await bucket(`audit-read:${reader}`, READS_PER_MINUTE).take(), `${READS_PER_MINUTE} reads a minute`),
    takeLive: async () => tooMany(await live.take(), `${LIVE_PER_MINUTE} live looks a minute for all readers`),
  };
}

const tooMany = (waitMs: number, limit: string): JsonReply | undefined =>
  waitMs === 0
    ? undefined
    : problem(429, "too-many-reads", `The limit is ${limit}; ask again later, or take what is cached.`, {
        "retry-after": String(Math.ceil(waitMs / 1_000)),
      });
