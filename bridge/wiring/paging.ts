import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

export type Paging = ReturnType<typeof wirePaging>;

/** What pages are sent and followed with. */
export function wirePaging({
  platform,
  vendors,
  record,
}: {
  platform: Platform;
  vendors: Vendors;
  record: RecordParts;
}) {
  const { config, clock, random, services, timeoutMs } = platform;
  const { oncall, paging, companion } = vendors;
  const { ledger } = record;
  return {
    ledger,
    oncall,
    paging,
    slack: companion,
    services,
    teamId: config.SLACK_TEAM_ID,
    clock,
    random,
    budgetMs: timeoutMs,
    settleMs: config.RECONCILE_SETTLE_MS,
    retryMs: config.PAGE_RETRY_MS,
    pollMs: config.PAGE_POLL_MS,
    giveUpMs: config.PAGE_GIVE_UP_MS,
    ackMs: config.PAGE_ACK_MS,
  };
}
