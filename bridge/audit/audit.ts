import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { IncidentEvent } from "../incident/events.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { Clock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { type Checkpoints, noCheckpoints } from "../publish-gate/checkpoint.ts";
import { createCheckpointSchedule } from "./checkpoint-schedule.ts";
import { type CheckpointSigner, createCheckpointSigner, HeadRefusedError } from "./checkpoint-signer.ts";
import { openAuditLog } from "./open-audit-log.ts";
import { createStoredStreams } from "./stored-streams.ts";
import { createVerification } from "./verification.ts";

/** The audit trail's part of the bridge. Without a log configured it does nothing and claims nothing. */
export interface Audit {
  checkpoints: Checkpoints;
  /** Undefined where no log is configured. */
  signer: CheckpointSigner | undefined;
  appended(incident: string, events: readonly IncidentEvent[]): void;
  start(): void;
  /** Takes no new work; what runs is in `tasks`. */
  stop(): void;
  close(): void;
}

export async function createAudit(deps: {
  config: Config;
  secrets: Secrets;
  dynamo: DynamoDBClient;
  rows: IncidentRows;
  metrics: Metrics;
  clock: Clock;
  tasks: Tasks;
  log: Logger;
}): Promise<Audit> {
  const { config, clock, log, metrics } = deps;
  const opened = await openAuditLog(config, deps.secrets);
  if (!opened) {
    const nothing = () => {};
    return {
      checkpoints: noCheckpoints,
      signer: undefined,
      appended: nothing,
      start: nothing,
      stop: nothing,
      close: nothing,
    };
  }

  const streams = createStoredStreams({ dynamo: deps.dynamo, table: config.LEDGER_TABLE });
  const signer = createCheckpointSigner({ log: opened.log, streams, key: opened.key, clock, logger: log });
  const size = metrics.gauge("ic_audit_log_size", "Leaves that the newest checkpoint covers.");
  const schedule = createCheckpointSchedule({
    signer,
    listOpen: deps.rows.listOpen,
    everyMs: config.CHECKPOINT_EVERY_MS,
    idleEveryMs: config.CHECKPOINT_IDLE_EVERY_MS,
    onSigned: (checkpoint) => size.set(checkpoint.size),
    onRefused: async ({ incident, finding }) => log.error("audit-head-refused", { incident, ...finding }),
    clock,
    tasks: deps.tasks,
    log,
  });
  const verification = createVerification({
    streams,
    log: opened.log,
    key: opened.key.verifier,
    everyMs: config.AUDIT_VERIFY_EVERY_MS,
    clock,
    metrics,
    tasks: deps.tasks,
    logger: log,
  });
  return {
    checkpoints: {
      async cover(incident, { seq }) {
        // What the signer cannot see, because it builds on the last covered entry, the look from the first one may have found.
        const [finding] = verification.last()?.findings.filter((one) => one.incident === incident) ?? [];
        if (finding) throw new HeadRefusedError(incident, finding);
        await signer.cover(incident, seq);
      },
    },
    signer,
    appended: schedule.appended,
    start() {
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
