import { get } from "node:http";
import { get as getTls } from "node:https";
import { checkLive } from "../proof/check-live.ts";
import { createDirectoryLog } from "../proof/directory-log.ts";
import { type AuditReport, notCheckable } from "../proof/report.ts";
import { parseVerifierKey } from "../proof/signed-note.ts";
import type { Given } from "./command-line.ts";

export interface LiveRequest extends Given {
  environment: Readonly<Record<string, string | undefined>>;
  logDirectory: string | undefined;
}

interface SandboxStore {
  endpoint: string;
  region: string;
  tables: { ledger: string };
  log: string;
  verifierKey: string | null;
}

const TIMEOUT_MS = 10_000;
const MAX_WORLD_BYTES = 64 * 1_048_576;

/** Finds the ledger and its log, and checks them. What cannot be found is "not checkable", never "proved". */
export async function verifyLive(request: LiveRequest): Promise<AuditReport> {
  const { LEDGER_ENDPOINT, LEDGER_TABLE, AWS_REGION, SANDBOX_URL = "http://localhost:4000" } = request.environment;
  const named = LEDGER_TABLE !== undefined && request.logDirectory !== undefined && request.keys.length > 0;
  const sandbox = named ? undefined : await storeOf(SANDBOX_URL);
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

/** What the sandbox says of its store; undefined when none answers. */
async function storeOf(sandboxUrl: string): Promise<SandboxStore | undefined> {
  try {
    const world = JSON.parse(await textOf(new URL("/world", sandboxUrl))) as { store?: SandboxStore };
    return world.store;
  } catch {
    return undefined;
  }
}

const textOf = (url: URL): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? getTls : get)(url, { timeout: TIMEOUT_MS }, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on("data", (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > MAX_WORLD_BYTES) request.destroy(new Error("the answer is too long"));
        pieces.push(piece);
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(pieces).toString("utf8"));
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
  });
