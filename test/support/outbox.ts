import type { IncidentEvent } from "../../bridge/incident/events.ts";
import { createIncidentRows } from "../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../bridge/index-table/index-table.ts";
import { createLeases } from "../../bridge/index-table/leases.ts";
import { type ClaimDeps, claim } from "../../bridge/outbox/claim.ts";
import { createDrainMark } from "../../bridge/outbox/drain-mark.ts";
import { report } from "../../bridge/outbox/report.ts";
import { createWake } from "../../bridge/outbox/wake.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";
import type { ClaimRequest, EffectReport } from "../../shared/contracts/outbox.ts";
import { INDEX_TABLE, startDynalite } from "./dynalite.ts";
import { INCIDENT } from "./incident-events.ts";
import { append, ledgerOn, storedEntries, storeOf } from "./ledgers.ts";
import { TIMING, viewWorld } from "./view-world.ts";
import { woundClock } from "./wound-clock.ts";

export const LEASE_MS = 30_000;
export const ALERTS = "C07ALERTS01";
export const ANNOUNCEMENTS = "C07INCIDENT";

/** The bridge's end of the outbox over a real store. */
export async function startOutbox() {
  const clock = woundClock();
  const local = await startDynalite();
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  const store = storeOf(local.client);
  const wake = createWake();
  const ledger = ledgerOn(store, clock, { sleep: async () => {}, onAppend: () => wake.signal() });
  const rows = createIncidentRows({ index });
  const leases = createLeases({ index, clock });
  const drain = createDrainMark({ index, clock });
  const stopping = { now: false };
  const deps: ClaimDeps = {
    rows,
    ledger,
    leases,
    world: viewWorld(),
    timing: TIMING,
    drain,
    wake,
    clock,
    log: silentLogger,
    leaseMs: LEASE_MS,
    maxWaitMs: 10_000,
    channels: { alerts: ALERTS, announcements: ANNOUNCEMENTS },
    stopping: () => stopping.now,
  };
  let given = 0;
  return {
    clock,
    local,
    store,
    ledger,
    leases,
    drain,
    rows,
    wake,
    deps,
    stopping,
    /** These happened, each in an entry of its own, and the incident is findable. */
    async happened(events: readonly IncidentEvent[], incident: string = INCIDENT) {
      for (const event of events) {
        given += 1;
        await append(ledger, incident, `given-${given}`, event);
      }
      await rows.project(await ledger.load(incident));
    },
    claim: (executionId: string, request: Partial<ClaimRequest> = {}) =>
      claim({ executionId, reason: "doorbell", waitMs: 0, limit: 5, cardPosted: false, ...request }, deps),
    report: (effectId: string, told: EffectReport) =>
      report(effectId, told, {
        ledger,
        leases,
        drain,
        clock,
        log: silentLogger,
        leaseMs: LEASE_MS,
        grace: TIMING,
        roomRead: () => undefined,
      }),
    state: (incident: string = INCIDENT) => ledgerOn(store, clock).load(incident),
    events: async (incident: string = INCIDENT) =>
      (await storedEntries(store, incident)).flatMap((entry): IncidentEvent[] => entry.events),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}
export type Outbox = Awaited<ReturnType<typeof startOutbox>>;
