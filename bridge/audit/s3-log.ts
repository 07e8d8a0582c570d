import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { LogStore } from "./proof/log-store.ts";

/**
 * The log in a bucket. `If-None-Match: *` makes every object write-once whoever asks; versioning and Object Lock in
 * compliance mode, which the bucket brings, keep it so for those who may do more than ask.
 */
export function createS3Log({ s3, bucket }: { s3: Pick<S3Client, "send">; bucket: string }): LogStore {
  return {
    async putOnce(key, text) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: text,
            ContentType: "text/plain; charset=utf-8",
            IfNoneMatch: "*",
          }),
        );
        return "put";
      } catch (error) {
        // 412: it is there. 409: somebody is writing it at this moment; whoever asks again learns who.
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        if (status === 412 || status === 409) return "taken";
        throw error;
      }
    },

    async get(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToString("utf-8");
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async list(prefix, after) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(after === undefined ? {} : { StartAfter: after }),
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key).filter((key) => key !== undefined));
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
      return keys.sort();
    },
  };
}
