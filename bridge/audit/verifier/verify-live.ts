import { createDynamoClient } from "../../platform/dynamo.ts";
import { wordsOf } from "../command-output.ts";
import { openLog, PATIENT_MS } from "../open-log.ts";
import { checkLive } from "../proof/check-live.ts";
import { type AuditReport, notCheckable } from "../proof/report.ts";
import { parseVerifierKey } from "../proof/signed-note.ts";
import { createStoredStreams } from "../stored-streams.ts";
import type { Given } from "./command-line.ts";
import { sandboxStore } from "./sandbox-store.ts";

export interface LiveRequest extends Given {
  environment: Readonly<Record<string, string | undefined>>;
  /** A directory or `s3://<bucket>`. */
  logPlace: string | undefined;
}

/** Finds the ledger and its log, and checks them. What cannot be found is "not checkable", never "proved". */
export async function verifyLive(request: LiveRequest): Promise<AuditReport> {
  const { LEDGER_TABLE, S3_ENDPOINT, SANDBOX_URL = "http://localhost:4000" } = request.environment;
  const named = LEDGER_TABLE !== undefined && request.logPlace !== undefined && request.keys.length > 0;
  const sandbox = named ? undefined : await sandboxStore(SANDBOX_URL);
  // A table that is named lies in AWS, unless an endpoint is named with it: never in whatever sandbox happens to run.
  const where =
    LEDGER_TABLE === undefined
      ? { table: sandbox?.tables.ledger, endpoint: sandbox?.endpoint }
      : { table: LEDGER_TABLE, endpoint: undefined };
  const { table } = where;
  if (table === undefined) {
    return notCheckable(`no ledger was found: no sandbox answers at ${SANDBOX_URL}, and LEDGER_TABLE is not set`);
  }
  const { LEDGER_ENDPOINT: endpoint = where.endpoint } = request.environment;
  const { AWS_REGION: region = sandbox?.region ?? "eu-north-1" } = request.environment;
  // Counts only where an endpoint is named: AWS itself never sees these.
  const credentials = "local-dummy";
  const dynamo = createDynamoClient({ region, endpoint, credentials });
  const place = request.logPlace ?? sandbox?.log;
  const opened =
    place === undefined
      ? undefined
      : openLog(place, { region, endpoint: S3_ENDPOINT, credentials, requestTimeoutMs: PATIENT_MS });
  const own = request.keys.length > 0 ? undefined : parseVerifierKey(sandbox?.verifierKey ?? "");
  try {
    return await checkLive(createStoredStreams({ dynamo, table }), opened?.log, {
      ...request,
      keys: own ? [own] : request.keys,
      ownKey: own !== undefined,
    });
  } catch (error) {
    return notCheckable(`the ledger cannot be read: ${wordsOf(error)}`);
  } finally {
    dynamo.destroy();
    opened?.close();
  }
}
