import { createTokenBucket } from "../index-table/token-bucket.ts";
import type { Doorbell } from "../outbox/doorbell.ts";
import { createDoorbell, RING_BURST, RINGS_PER_MINUTE } from "../outbox/doorbell.ts";
import type { Platform } from "./platform.ts";
import type { Vendors } from "./vendors.ts";

/** The one way to call the hosted app; all replicas share how often it may be rung. */
export function wireDoorbell({ platform, vendors }: { platform: Platform; vendors: Vendors }): Doorbell {
  const { clock, log, outbound, index } = platform;
  const { world } = vendors;
  return createDoorbell({
    url: async () => world.triggers().doorbell,
    http: outbound.to("slack-trigger"),
    bucket: createTokenBucket({
      index,
      clock,
      name: "doorbell",
      burst: RING_BURST,
      refillMs: 60_000 / RINGS_PER_MINUTE,
    }),
    clock,
    log,
  });
}
