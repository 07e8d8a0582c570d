import type { Config } from "../platform/config.ts";
import type { Secrets } from "../platform/secrets.ts";
import { openLog } from "./open-log.ts";
import { openSigningKey, type SigningKeyConfig } from "./open-signing-key.ts";
import type { LogStore } from "./proof/log-store.ts";
import type { SigningKey } from "./signing-key.ts";

/** A put that is not done by then is made again: a publish waits for it. */
const S3_TIMEOUT_MS = 1_500;

export type AuditLogConfig = SigningKeyConfig & Pick<Config, "CHECKPOINT_DIR" | "CHECKPOINT_BUCKET" | "S3_ENDPOINT">;

export interface AuditLog {
  log: LogStore;
  key: SigningKey;
  close(): void;
}

/** The log of this installation and the key that signs it; undefined where none is configured. @throws as `openSigningKey` */
export async function openAuditLog(
  config: AuditLogConfig,
  secrets: Pick<Secrets, "current">,
): Promise<AuditLog | undefined> {
  const store = openStore(config);
  if (!store) return undefined;
  try {
    const key = await openSigningKey(config, secrets);
    const close = () => {
      store.close();
      key.close();
    };
    return { log: store.log, key, close };
  } catch (error) {
    store.close();
    throw error;
  }
}

function openStore(config: AuditLogConfig): ReturnType<typeof openLog> | undefined {
  const { CHECKPOINT_DIR: directory, CHECKPOINT_BUCKET: bucket } = config;
  const place = directory ?? (bucket === undefined ? undefined : `s3://${bucket}`);
  if (place === undefined) return undefined;
  return openLog(place, {
    region: config.AWS_REGION,
    endpoint: config.S3_ENDPOINT,
    credentials: config.AWS_CREDENTIALS,
    requestTimeoutMs: S3_TIMEOUT_MS,
  });
}
