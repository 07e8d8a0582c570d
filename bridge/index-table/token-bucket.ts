import type { Clock } from "../platform/clock.ts";
import { number, readNumber, text } from "../platform/dynamo.ts";
import type { IndexTable } from "./index-table.ts";

/** A budget shared by all replicas: one item, changed only under the version that was read. */
export interface TokenBucket {
  /** 0 when a token was taken; else how many milliseconds until one is there. */
  take(): Promise<number>;
}

const TRIES = 5;

export function createTokenBucket(deps: {
  index: IndexTable;
  clock: Clock;
  name: string;
  burst: number;
  /** Milliseconds for one token to come back. */
  refillMs: number;
}): TokenBucket {
  const { index, clock, burst, refillMs } = deps;
  const pk = `RATE#${deps.name}`;

  return {
    async take() {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const item = await index.get(pk, "R");
        const now = clock.now();
        const version = readNumber(item, "version") ?? 0;
        const since = readNumber(item, "at") ?? now;
        const full = burst * refillMs;
        // Kept as milliseconds of credit, so that fractions of a token are not lost.
        const credit = Math.min(full, (readNumber(item, "credit") ?? full) + Math.max(0, now - since));
        if (credit < refillMs) return refillMs - credit;
        const put = await index.put(
          {
            pk: text(pk),
            sk: text("R"),
            version: number(version + 1),
            // Never back: the credit of a time that was counted already must not be given again by a clock behind ours.
            at: number(Math.max(now, since)),
            credit: number(credit - refillMs),
          },
          version === 0 ? "attribute_not_exists(pk)" : "version = :seen",
          version === 0 ? undefined : { ":seen": number(version) },
        );
        if (put) return 0;
      }
      return refillMs;
    },
  };
}
