import type { Clock } from "../platform/clock.ts";
import { number, readNumber, readText, text } from "../platform/dynamo.ts";
import type { IndexTable } from "./index-table.ts";

export interface Lease {
  holder: string;
  /** 1 for the first holder; one more for each later one. Above 1 the work may already have been done. */
  attempt: number;
  until: number;
}

/** Who is working on what, with an end. A lease keeps two workers apart; it never is a reason to believe that work was done. */
export interface Leases {
  /** The lease, when it was free, had lapsed, or is the holder's own; else undefined. */
  acquire(key: string, holder: string, ttlMs: number): Promise<Lease | undefined>;
  /** False when it is no longer the holder's. */
  renew(key: string, holder: string, ttlMs: number): Promise<boolean>;
  /** Ends it early, or at `retryAt`; the count of attempts stays. */
  release(key: string, holder: string, retryAt?: number): Promise<void>;
  read(key: string): Promise<Lease | undefined>;
}

/** Leases are forgotten a month after they were last taken (the table's TTL attribute, in seconds). */
const KEEP_SECONDS = 30 * 86_400;

export function createLeases({ index, clock }: { index: IndexTable; clock: Clock }): Leases {
  const pk = (key: string) => `LEASE#${key}`;
  const names = { "#h": "holder", "#u": "until", "#a": "attempt" };

  const read: Leases["read"] = async (key) => {
    const item = await index.get(pk(key), "L");
    const holder = readText(item, "holder");
    return holder === undefined
      ? undefined
      : { holder, attempt: readNumber(item, "attempt") ?? 1, until: readNumber(item, "until") ?? 0 };
  };

  const renew: Leases["renew"] = (key, holder, ttlMs) =>
    index.update(pk(key), "L", {
      UpdateExpression: "SET #u = :until",
      ConditionExpression: "#h = :holder",
      ExpressionAttributeNames: { "#h": "holder", "#u": "until" },
      ExpressionAttributeValues: { ":until": number(clock.now() + ttlMs), ":holder": text(holder) },
    });

  return {
    read,
    renew,

    async acquire(key, holder, ttlMs) {
      const now = clock.now();
      const taken = await index.update(pk(key), "L", {
        UpdateExpression: "SET #h = :holder, #u = :until, #a = if_not_exists(#a, :zero) + :one, expiresAt = :expires",
        ConditionExpression: "attribute_not_exists(pk) OR #u <= :now",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ":holder": text(holder),
          ":until": number(now + ttlMs),
          ":now": number(now),
          ":zero": number(0),
          ":one": number(1),
          ":expires": number(Math.floor(now / 1_000) + KEEP_SECONDS),
        },
      });
      const lease = await read(key);
      if (taken) return lease?.holder === holder ? lease : undefined;
      // The same holder asking again, after a lost reply for instance, keeps what it has.
      if (lease?.holder !== holder) return undefined;
      return (await renew(key, holder, ttlMs)) ? lease : undefined;
    },

    async release(key, holder, retryAt) {
      await index.update(pk(key), "L", {
        UpdateExpression: "SET #u = :until, #h = :nobody",
        ConditionExpression: "#h = :holder",
        ExpressionAttributeNames: { "#h": "holder", "#u": "until" },
        ExpressionAttributeValues: { ":until": number(retryAt ?? 0), ":holder": text(holder), ":nobody": text("-") },
      });
    },
  };
}
