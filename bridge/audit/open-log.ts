import { S3Client } from "@aws-sdk/client-s3";
import { type AwsAccess, awsClientOptions } from "../platform/aws.ts";
import { createDirectoryLog } from "./proof/directory-log.ts";
import type { LogStore } from "./proof/log-store.ts";
import { createS3Log } from "./s3-log.ts";

/** A person waits for these reads, not a publish. */
const TIMEOUT_MS = 5_000;
const BUCKET = /^s3:\/\/([a-z0-9.-]{3,63})\/?$/;

/** Opens the log of checkpoints where somebody says that it lies: `s3://<bucket>`, or else a directory. */
export function openLog(place: string, access: Omit<AwsAccess, "requestTimeoutMs">): { log: LogStore; close(): void } {
  const bucket = BUCKET.exec(place)?.[1];
  if (bucket === undefined) return { log: createDirectoryLog(place), close: () => {} };
  const s3 = new S3Client({
    ...awsClientOptions({ ...access, requestTimeoutMs: TIMEOUT_MS }),
    forcePathStyle: access.endpoint !== undefined,
  });
  return { log: createS3Log({ s3, bucket }), close: () => s3.destroy() };
}
