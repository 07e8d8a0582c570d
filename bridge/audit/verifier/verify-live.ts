import { checkLive } from "../proof/check-live.ts";
import { createDirectoryLog } from "../proof/directory-log.ts";
import { type AuditReport, notCheckable } from "../proof/report.ts";
import { parseVerifierKey } from "../proof/signed-note.ts";
import type { Given } from "./command-line.ts";
import { sandboxStore } from "./sandbox-store.ts";

export interface LiveRequest extends Given {
  environment: Readonly<Record<string, string | undefined>>;
  logDirectory: string | undefined;
}

/** Finds the ledger and its log, and checks them. What cannot be found is "not checkable", never "proved". */
export async function verifyLive(request: LiveRequest): Promise<AuditReport> {
  const { LEDGER_ENDPOINT, LEDGER_TABLE, AWS_REGION, SANDBOX_URL = "http://localhost:4000" } = request.environment;
  const named = LEDGER_TABLE !== undefined && request.logDirectory !== undefined && request.keys.length > 0;
  const sandbox = named ? undefined : await sandboxStore(SANDBOX_URL);
  const table = LEDGER_TABLE ?? sandbox?.tables.ledger;
  const endpoint = LEDGER_ENDPOINT ?? (LEDGER_TABLE === undefined ? sandbox?.endpoint : undefined);
  if (table === undefined) {
    return notCheckable(`no ledger was found: no sandbox answers at ${SANDBOX_URL}, and LEDGER_TABLE is not set`);
  }
  // Loaded only here: a bundle is checked by Node alone.
  const [{ createStoredStreams }, { createDynamoClient }] = await Promise.all([
    import("../stored-streams.ts"),
    import("../../platform/dynamo.ts"),
  ]);
  const dynamo = createDynamoClient({
    region: AWS_REGION ?? sandbox?.region ?? "eu-north-1",
    endpoint,
    credentials: endpoint !== undefined ? "local-dummy" : "default-chain",
  });
  const own = request.keys.length > 0 ? undefined : parseVerifierKey(sandbox?.verifierKey ?? "");
  const directory = request.logDirectory ?? sandbox?.log;
  try {
    return await checkLive(
      createStoredStreams({ dynamo, table }),
      directory === undefined ? undefined : createDirectoryLog(directory),
      { ...request, keys: own ? [own] : request.keys, ownKey: own !== undefined },
    );
  } catch (error) {
    return notCheckable(`the ledger cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    dynamo.destroy();
  }
}
