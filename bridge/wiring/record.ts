import { setTimeout as wait } from "node:timers/promises";
import { createAudit } from "../audit/audit.ts";
import { masterKeyWrapping } from "../details/key-wrapping.ts";
import { revealingLedger } from "../details/revealing-ledger.ts";
import { createSealedDetails } from "../details/sealed-details.ts";
import type { Incident } from "../incident/state.ts";
import { createCorrelationRows } from "../index-table/correlation.ts";
import { createHeartbeat } from "../index-table/heartbeat.ts";
import { createIncidentRows } from "../index-table/incident-rows.ts";
import { createLeases } from "../index-table/leases.ts";
import { createSealedVaults } from "../index-table/sealed-vaults.ts";
import { createInbox } from "../ingress/inbox.ts";
import { createLedger } from "../ledger/ledger.ts";
import { createLedgerStore } from "../ledger/ledger-store.ts";
import { createSystemStream, SYSTEM_STREAM } from "../ledger/system-stream.ts";
import { tracedLedger } from "../ledger/traced-ledger.ts";
import { createWake } from "../outbox/wake.ts";
import { createIncidentMetrics } from "../platform/telemetry/incident-metrics.ts";
import { incidentKeyOf, vaultKeyOf } from "../redaction/index.ts";
import type { Platform } from "./platform.ts";

export type RecordParts = Awaited<ReturnType<typeof wireRecord>>;

/** The truth and its index. `changed` is told of each append of this process. @throws when the audit log cannot be opened */
export async function wireRecord(platform: Platform, changed: (state: Incident) => void) {
  const { config, clock, random, log, tasks, metrics, tracing, dynamo, secrets, index } = platform;
  const countEvents = createIncidentMetrics(metrics);
  const leases = createLeases({ index, clock });
  const rows = createIncidentRows({ index });
  const correlation = createCorrelationRows({ index, random });
  const heartbeat = createHeartbeat({ index, clock });
  const inbox = createInbox({ client: dynamo, table: config.INDEX_TABLE, clock, log });
  const masterKey = () => secrets.current("redaction-master");
  const vaults = createSealedVaults({
    index,
    keys: {
      incidentKey: async (incident) => incidentKeyOf(await masterKey(), incident),
      dataKey: async (incident) => vaultKeyOf(await masterKey(), incident),
    },
    clock,
  });
  const usesModel = config.DRAFTER !== "template";
  const audit = await createAudit({ ...platform, rows, leases });
  const wake = createWake();
  const ledgerStore = createLedgerStore({ dynamo, table: config.LEDGER_TABLE });
  const system = createSystemStream({
    store: ledgerStore,
    clock,
    random,
    log,
    onAppend: (events) => audit.appended(SYSTEM_STREAM, events),
  });
  const details = createSealedDetails({
    index,
    table: config.INDEX_TABLE,
    wrapping: masterKeyWrapping(masterKey),
    log,
  });
  const skew = metrics.gauge(
    "ic_audit_clock_skew_seconds",
    "How far this process's clock was behind the newest entry of what it last wrote to.",
  );
  const sealedLedger = createLedger({
    store: ledgerStore,
    keepWords: details.keep,
    clock,
    random,
    sleep: (ms) => wait(ms),
    standing: audit.standing,
    onSkew: (behindMs) => skew.set(behindMs / 1_000),
    onAppend: (state, events) => {
      countEvents(state, events);
      audit.appended(state.id, events);
      // Said again when the room is archived, in case that this process dies in between.
      if (
        usesModel &&
        state.resolved &&
        events.some(({ type }) => type === "IncidentResolved" || type === "RoomArchived")
      )
        tasks.track("close-vault", vaults.closed(state.id, state.resolved.at));
      wake.signal();
      changed(state);
    },
  });
  const ledger = tracedLedger(revealingLedger(sealedLedger, { details, clock, log }), tracing);
  return {
    leases,
    rows,
    correlation,
    heartbeat,
    inbox,
    vaults,
    audit,
    wake,
    system,
    details,
    ledger,
  };
}
