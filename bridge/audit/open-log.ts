import { S3Client } from "@aws-sdk/client-s3";
import { AppError } from "../platform/app-error.ts";
import { type AwsAccess, awsClientOptions } from "../platform/aws.ts";
import { createDirectoryLog } from "./proof/directory-log.ts";
import type { LogStore } from "./proof/log-store.ts";
import { createS3Log } from "./s3-log.ts";

/** What was named looks like a bucket and is none: read as a directory it would be an empty log, and hide every other. */
export class LogPlaceError extends AppError {
  override readonly name = "LogPlaceError";
  constructor(place: string) {
    super(
      `${place} names no bucket; name one as s3://my-checkpoints (lower-case letters, digits, dots, hyphens), or a directory`,
    );
  }
}

const BUCKET = /^s3:\/\/([a-z0-9.-]{3,63})\/?$/;

/** Opens the log of checkpoints where somebody says that it lies: `s3://<bucket>`, or else a directory. @throws LogPlaceError */
export function openLog(place: string, access: AwsAccess): { log: LogStore; close(): void } {
  if (!place.startsWith("s3://")) return { log: createDirectoryLog(place), close: () => {} };
  const bucket = BUCKET.exec(place)?.[1];
  if (bucket === undefined) throw new LogPlaceError(place);
  const s3 = new S3Client({ ...awsClientOptions(access), forcePathStyle: access.endpoint !== undefined });
  return { log: createS3Log({ s3, bucket }), close: () => s3.destroy() };
}

/** For one read or write where a person waits for it, not a publish. */
export const PATIENT_MS = 5_000;
