import { createTransport } from "../../ingress/transport.ts";
import type { Clock } from "../../platform/clock.ts";
import { ConfigError } from "../../platform/config-error.ts";
import { createDynamoClient } from "../../platform/dynamo.ts";
import { startListener } from "../../platform/listener.ts";
import type { Logger } from "../../platform/logger.ts";
import { createSecrets, createSecretsClient } from "../../platform/secrets.ts";
import { createCheckpointSigner } from "../checkpoint-signer.ts";
import { openAuditLog } from "../open-audit-log.ts";
import { createStoredStreams } from "../stored-streams.ts";
import { createSignerApp } from "./signer-app.ts";
import type { SignerConfig } from "./signer-config.ts";

/** Longer than one checkpoint of all open incidents usually takes. */
const STOP_GRACE_MS = 10_000;

/**
 * The signer as a process of its own. It reads the ledger, adds to the log and has the key sign; it writes nowhere else and
 * decides by itself what is covered. Several may run: each size is written once, and who loses reads again.
 * @throws when the key, the secret or the port is not usable
 */
export async function startSigner({
  config,
  clock,
  log,
}: {
  config: SignerConfig;
  clock: Clock;
  log: Logger;
}): Promise<{ port: number; stop(): Promise<void> }> {
  const aws = (endpoint: string | undefined) => ({
    region: config.AWS_REGION,
    endpoint,
    credentials: config.AWS_CREDENTIALS,
  });
  const secretsClient = createSecretsClient(aws(config.SECRETS_ENDPOINT));
  const secrets = createSecrets({
    client: secretsClient,
    prefix: config.SECRETS_PREFIX,
    cacheMs: config.SECRET_CACHE_MS,
    clock,
    log,
  });
  // Without it nobody could be let in: better said now than at the first publish.
  await secrets.current("audit-signer-callers");
  const opened = await openAuditLog(config, secrets);
  if (!opened)
    throw new ConfigError([
      "CHECKPOINT_BUCKET is not set, and a signer without a log has nothing to sign; name the bucket, or CHECKPOINT_DIR",
    ]);
  log.info("audit-log-opened", { verifierKey: opened.key.verifier.text });
  const dynamo = createDynamoClient(aws(config.DYNAMODB_ENDPOINT));
  const streams = createStoredStreams({ dynamo, table: config.LEDGER_TABLE });
  const signer = createCheckpointSigner({ log: opened.log, streams, key: opened.key, clock, logger: log });
  const transport = createTransport({
    PUBLIC_BASE_URL: config.AUDIT_SIGNER_URL,
    TRUSTED_PROXIES: config.TRUSTED_PROXIES,
  });
  const listener = await startListener(createSignerApp({ signer, secrets, transport, clock, log }), config.PORT);
  return {
    port: listener.port,
    async stop() {
      await listener.close(STOP_GRACE_MS);
      opened.close();
      dynamo.destroy();
      secretsClient.destroy();
    },
  };
}
