import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { IncidentEvent } from "../incident/events.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { IndexTable } from "../index-table/index-table.ts";
import type { Leases } from "../index-table/leases.ts";
import type { Clock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import type { Logger } from "../platform/logger.ts";
import type { Outbound } from "../platform/outbound.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { type Checkpoints, noCheckpoints } from "../publish-gate/checkpoint.ts";
import { bundlesUnprovable, createProveBundle, type ProveBundle } from "./bundle-proof.ts";
import { createCheckpointSchedule } from "./checkpoint-schedule.ts";
import { type CheckpointSigner, createCheckpointSigner, HeadRefusedError } from "./checkpoint-signer.ts";
import { createIncidentExport, type IncidentExport } from "./incident-export.ts";
import { openAuditLog } from "./open-audit-log.ts";
import type { Finding } from "./proof/finding.ts";
import { createRemoteSigner } from "./signer/remote-signer.ts";
import { createStoredStreams } from "./stored-streams.ts";
import { createVerification, type Verification, type VerificationDeps } from "./verification.ts";
import { createAuditRecords } from "./watch/audit-records.ts";

/** The audit trail's part of the bridge. Without a log configured it does nothing and claims nothing. */
export interface Audit {
  checkpoints: Checkpoints;
  /** These three are undefined where no log is configured. */
  signer: CheckpointSigner | undefined;
  verification: Verification | undefined;
  /** Whether a digest is that of a bundle of this incident that a signed checkpoint covers. */
  proveBundle: ProveBundle;
  exports: IncidentExport | undefined;
  appended(incident: string, events: readonly IncidentEvent[]): void;
  /** Why nothing may be built on this stream, as far as this process knows. */
  standing(incident: string): Finding | undefined;
  start(told: Consequences): void;
  /** Takes no new work; what runs is in `tasks`. */
  stop(): void;
  close(): void;
}

/** What follows from a look at the record. */
export type Consequences = Pick<VerificationDeps, "onBroken" | "restoreRows">;

/** Whole walks: of open incidents every minute, of all others twice a day. */
const WALK_CLOSED_MS = 12 * 3_600_000;

export async function createAudit(deps: {
  config: Config;
  secrets: Secrets;
  dynamo: DynamoDBClient;
  rows: IncidentRows;
  index: IndexTable;
  leases: Leases;
  owner: string;
  metrics: Metrics;
  outbound: Outbound;
  clock: Clock;
  tasks: Tasks;
  log: Logger;
}): Promise<Audit> {
  const { config, clock, log, metrics, tasks, rows } = deps;
  const opened = await openAuditLog(config, deps.secrets);
  if (!opened) {
    const nothing = () => {};
    return {
      checkpoints: noCheckpoints,
      signer: undefined,
      verification: undefined,
      proveBundle: bundlesUnprovable,
      exports: undefined,
      standing: () => undefined,
      appended: nothing,
      start: nothing,
      stop: nothing,
      close: nothing,
    };
  }

  // Public, and wanted by whoever checks us from outside.
  log.info("audit-log-opened", { verifierKey: opened.key.verifier.text });
  const streams = createStoredStreams({ dynamo: deps.dynamo, table: config.LEDGER_TABLE });
  const { AUDIT_SIGNER_URL: url } = config;
  const { verifier } = opened.key;
  const signer =
    url === undefined
      ? createCheckpointSigner({ log: opened.log, streams, key: opened.key, clock, logger: log })
      : createRemoteSigner({ http: deps.outbound.to("audit-signer"), url, verifier, secrets: deps.secrets, clock });
  const schedule = createCheckpointSchedule({
    signer,
    listOpen: rows.listOpen,
    everyMs: config.CHECKPOINT_EVERY_MS,
    idleEveryMs: config.CHECKPOINT_IDLE_EVERY_MS,
    onSigned: (checkpoint) => log.debug("checkpoint-signed", { size: checkpoint.size }),
    onRefused: async ({ incident, finding }) => log.error("audit-head-refused", { incident, ...finding }),
    clock,
    tasks,
    log,
  });
  const records = createAuditRecords({ index: deps.index });
  // Whoever acts on it needs the ledger, and the ledger asks here: known from `start` on.
  let told: Consequences = { onBroken: async () => {}, restoreRows: async () => false };
  const everyMs = config.AUDIT_VERIFY_EVERY_MS;
  const verification = createVerification({
    streams,
    log: opened.log,
    key: opened.key.verifier,
    records,
    leases: deps.leases,
    owner: deps.owner,
    listOpen: rows.listOpen,
    onBroken: (broken) => told.onBroken(broken),
    restoreRows: (incident, alive) => told.restoreRows(incident, alive),
    periods: { everyMs, openMs: everyMs, closedMs: WALK_CLOSED_MS },
    clock,
    metrics,
    tasks,
    logger: log,
  });
  return {
    checkpoints: {
      async cover(incident, { seq }) {
        // What the signer cannot see, because it builds on the last covered entry, a walk from the first one may have found.
        const [finding] = (await records.brokenOf(incident))?.findings ?? [];
        if (finding) throw new HeadRefusedError(incident, finding);
        await signer.cover(incident, seq);
      },
    },
    signer,
    verification,
    proveBundle: createProveBundle({ streams, signer, log }),
    exports: createIncidentExport({ streams, log: opened.log, key: opened.key.verifier, signer, clock }),
    standing: verification.standing,
    appended: schedule.appended,
    start(consequences) {
      told = consequences;
      schedule.start();
      verification.start();
    },
    stop() {
      schedule.stop();
      verification.stop();
    },
    close: opened.close,
  };
}
