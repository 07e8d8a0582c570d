import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Config } from "./config.ts";

/** What every AWS client is made from. `endpoint` absent = the real service of that region. */
export interface AwsAccess {
  region: string;
  endpoint?: string | undefined;
  credentials: Config["AWS_CREDENTIALS"];
  /** Bounds the connection and each attempt, in milliseconds. */
  requestTimeoutMs: number;
}

/** Fixed and worthless: local engines only compare the access key's shape, if they look at all. */
const LOCAL_DUMMY = { accessKeyId: "local", secretAccessKey: "local" };

/** Constructor options shared by the AWS clients of this process. */
export function awsClientOptions({ region, endpoint, credentials, requestTimeoutMs }: AwsAccess) {
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // Only for an overridden endpoint: dummy keys must never be offered to AWS in place of the task role.
    ...(endpoint !== undefined && credentials === "local-dummy" ? { credentials: LOCAL_DUMMY } : {}),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: Math.min(1_000, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      // Without this the handler only logs a warning when the time is over.
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 100 },
      httpsAgent: { keepAlive: true, maxSockets: 100 },
    }),
  };
}
