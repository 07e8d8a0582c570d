import { S3Client } from "@aws-sdk/client-s3";
import { awsClientOptions } from "../platform/aws.ts";
import type { Config } from "../platform/config.ts";
import type { Secrets } from "../platform/secrets.ts";
import { createDirectoryLog } from "./proof/directory-log.ts";
import type { LogStore } from "./proof/log-store.ts";
import type { SignerKey } from "./proof/signed-note.ts";
import { createS3Log } from "./s3-log.ts";
import { parseSigningKey, signingKeyFromFile } from "./signing-key.ts";

/** A put that is not done by then is made again: a publish waits for it. */
const S3_TIMEOUT_MS = 1_500;

/** The log of this installation and the key that signs it; undefined where none is configured. @throws SigningKeyError */
export async function openAuditLog(
  config: Config,
  secrets: Pick<Secrets, "current">,
): Promise<{ log: LogStore; key: SignerKey; close(): void } | undefined> {
  const { CHECKPOINT_DIR: directory, CHECKPOINT_BUCKET: bucket } = config;
  if (directory === undefined && bucket === undefined) return undefined;
  const key =
    config.AUDIT_KEY_FILE === undefined
      ? parseSigningKey(await secrets.current("audit-signer"), "the secret audit-signer")
      : await signingKeyFromFile(config.AUDIT_KEY_FILE, config.AUDIT_ORIGIN);
  if (bucket === undefined) return { log: createDirectoryLog(directory ?? ""), key, close: () => {} };
  const s3 = new S3Client({
    ...awsClientOptions({
      region: config.AWS_REGION,
      endpoint: config.S3_ENDPOINT,
      credentials: config.AWS_CREDENTIALS,
      requestTimeoutMs: S3_TIMEOUT_MS,
    }),
    forcePathStyle: config.S3_ENDPOINT !== undefined,
    maxAttempts: 3,
  });
  return { log: createS3Log({ s3, bucket }), key, close: () => s3.destroy() };
}
