import { setTimeout as sleepUntil } from "node:timers/promises";
import { createGatePageReader } from "../clients/gate-page-reader.ts";
import type { Incident } from "../incident/state.ts";
import { sendOnce } from "../platform/http.ts";
import { createStatuspageWrite } from "../publish-gate/statuspage-write.ts";
import { ApiKey } from "./api-key.ts";
import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

export type Gate = ReturnType<typeof wireGate>;

/** What the publish gate works with. Nothing else is given the write to the status page. */
export function wireGate({ platform, vendors, record }: { platform: Platform; vendors: Vendors; record: RecordParts }) {
  const { config, clock, random, log, owner, secrets, storeSkewMs } = platform;
  const { page, pageBucket, world, lookUpApprover } = vendors;
  const { ledger, audit } = record;
  return {
    ledger,
    clock,
    random,
    log,
    owner,
    ourTeam: config.SLACK_TEAM_ID,
    lookUpApprover,
    configuredPolicy: (state: Incident) => world.view.approvalPolicy(state.opened?.service ?? "unknown"),
    scan: world.view.scan,
    pageToken: () => pageBucket.take(),
    storeSkewMs,
    checkpoints: audit.checkpoints,
    sleep: (ms: number, signal: AbortSignal) => sleepUntil(ms, undefined, { signal }),
    page: createGatePageReader(page),
    write: createStatuspageWrite({
      baseUrl: config.STATUSPAGE_API_URL,
      apiKey: async () => ApiKey.parse(JSON.parse(await secrets.current("statuspage"))).api_key,
      sendOnce,
    }).write,
    settleMs: config.RECONCILE_SETTLE_MS,
  };
}
