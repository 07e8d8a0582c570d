import { createIndexTable } from "../index-table/index-table.ts";
import type { Clock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import { createDynamoClient } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import { judgeAws } from "../platform/manners/judge-aws.ts";
import { createManners } from "../platform/manners/manners.ts";
import { createOutbound } from "../platform/outbound.ts";
import type { Random } from "../platform/random.ts";
import { createSecrets, createSecretsClient } from "../platform/secrets.ts";
import { watchStoreSkew } from "../platform/store-skew.ts";
import { createTasks } from "../platform/tasks.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { createTracing, noTracing } from "../platform/telemetry/tracing.ts";
import { loadRunbooks } from "../runbooks/load-runbooks.ts";
import { loadServices } from "../services/load-services.ts";

export interface BridgeDeps {
  config: Config;
  clock: Clock;
  random: Random;
  log: Logger;
}

export type Platform = ReturnType<typeof wirePlatform>;

/** What everything else stands on. @throws when services.yaml or a runbook is not usable */
export function wirePlatform({ config, clock, random, log }: BridgeDeps) {
  const aws = (endpoint: string | undefined) => ({
    region: config.AWS_REGION,
    endpoint,
    credentials: config.AWS_CREDENTIALS,
  });
  const tasks = createTasks({ log });
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = config;
  const metrics = createMetrics({ collector });
  const tracing = collector === undefined ? noTracing : createTracing({ collector });
  const timeoutMs = config.VENDOR_TIMEOUT_MS;
  const manners = createManners({ clock, metrics, log, breakerOpenMs: config.BREAKER_OPEN_MS });
  const outbound = createOutbound({ clock, timeoutMs, log, manners });
  const dynamo = createDynamoClient(aws(config.DYNAMODB_ENDPOINT));
  const storeSkewMs = watchStoreSkew(dynamo, clock);
  const secrets = createSecrets({
    client: createSecretsClient(aws(config.SECRETS_ENDPOINT)),
    prefix: config.SECRETS_PREFIX,
    cacheMs: config.SECRET_CACHE_MS,
    clock,
    log,
    manners: manners.of("secrets", judgeAws),
  });
  const services = loadServices(config.SERVICES_FILE);
  const library = loadRunbooks({ overlay: config.RUNBOOKS_DIR });

  const index = createIndexTable({ dynamo, table: config.INDEX_TABLE });
  return {
    config,
    clock,
    random,
    log,
    /** Of leases: no two processes share one. */
    owner: `bridge-${random.uuid()}`,
    tasks,
    metrics,
    tracing,
    timeoutMs,
    manners,
    outbound,
    dynamo,
    storeSkewMs,
    secrets,
    services,
    library,
    index,
  };
}
