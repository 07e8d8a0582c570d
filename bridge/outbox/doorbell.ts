import type { TokenBucket } from "../index-table/token-bucket.ts";
import type { Clock } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";

/** Tells Slack's side that there is work. Carries no data: a lost ring costs time, never a message. */
export interface Doorbell {
  /** @returns 0 when it was rung, else milliseconds until it may be. Never throws. */
  ring(reason: string): Promise<number>;
  /** Why the last ring failed, for health; undefined when it did not. */
  trouble(): string | undefined;
}

/** Slack takes 10 calls a minute on a webhook trigger; two are left for people and tests. */
export const RINGS_PER_MINUTE = 8;
export const RING_BURST = 4;
const RETRY_MS = 5_000;

export function createDoorbell(deps: {
  url: () => Promise<string>;
  http: Http;
  bucket: TokenBucket;
  clock: Clock;
  log: Logger;
}): Doorbell {
  let trouble: string | undefined;
  return {
    trouble: () => trouble,
    async ring(reason) {
      try {
        const waitMs = await deps.bucket.take();
        if (waitMs > 0) return waitMs;
        const startedAt = deps.clock.monotonic();
        await deps.http.send({
          method: "POST",
          url: await deps.url(),
          body: { reason },
          retry: "never",
          describedAs: "POST doorbell",
        });
        deps.log.info("doorbell-rung", { reason, durationMs: Math.round(deps.clock.monotonic() - startedAt) });
        trouble = undefined;
        return 0;
      } catch (error) {
        trouble = error instanceof Error ? error.name : "unknown";
        deps.log.warn("doorbell-failed", { reason, error });
        return RETRY_MS;
      }
    },
  };
}
