import { parseArgs } from "node:util";
import { systemClock } from "../../platform/clock.ts";
import { createDynamoClient } from "../../platform/dynamo.ts";
import { checkLog } from "../proof/check-log.ts";
import { createDirectoryLog } from "../proof/directory-log.ts";
import { parseVerifierKey } from "../proof/signed-note.ts";
import { createStoredStreams } from "../stored-streams.ts";
import { sandboxStore } from "../verifier/sandbox-store.ts";
import { collectEvidence } from "./collect-evidence.ts";
import { createEvidenceFolder } from "./evidence-folder.ts";
import { unknownsOf } from "./evidence-index.ts";
import { readKeptStatus } from "./kept-status.ts";
import { readPeriod } from "./period.ts";

const USAGE = `npm run evidence -- --from 2026-10-01 --to 2026-12-31 [options]

  --out DIR            a new folder (default evidence-<from>-<to>)
  --log DIR            the log of checkpoints, as a directory
  --vkey NAME+ID+KEY   the log's verifier key

  Reads LEDGER_TABLE and INDEX_TABLE (LEDGER_ENDPOINT: where, if not AWS), or a sandbox at SANDBOX_URL (default
  http://localhost:4000). Writes nothing but the folder.

Exit code 0: written, nothing found wrong. 1: written, and something does not hold. 2: not written.
`;

/** Gathers what the record says of a period. @returns the exit code */
async function main(environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: "string" },
      to: { type: "string" },
      out: { type: "string" },
      log: { type: "string" },
      vkey: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const period = readPeriod(values.from, values.to);
  if (typeof period === "string") return refuse(`${period}\n\n${USAGE}`);
  const { LEDGER_TABLE, INDEX_TABLE, LEDGER_ENDPOINT, AWS_REGION } = environment;
  const { SANDBOX_URL = "http://localhost:4000" } = environment;
  const sandbox = LEDGER_TABLE === undefined ? await sandboxStore(SANDBOX_URL) : undefined;
  const table = LEDGER_TABLE ?? sandbox?.tables.ledger;
  if (table === undefined) return refuse(`no sandbox answers at ${SANDBOX_URL}, and LEDGER_TABLE is not set`);
  const key = parseVerifierKey(values.vkey ?? sandbox?.verifierKey ?? "");
  if (values.vkey !== undefined && !key) return refuse("--vkey is no verifier key; it looks like name+8 hex+base64");
  const logDirectory = values.log ?? sandbox?.log;
  const indexTable = INDEX_TABLE ?? sandbox?.tables.index;
  const endpoint = LEDGER_ENDPOINT ?? sandbox?.endpoint;
  const dynamo = createDynamoClient({
    region: AWS_REGION ?? sandbox?.region ?? "eu-north-1",
    endpoint,
    credentials: endpoint === undefined ? "default-chain" : "local-dummy",
  });
  const out = values.out ?? `evidence-${period.from}-${period.to}`;
  try {
    const index = await collectEvidence(period, {
      streams: createStoredStreams({ dynamo, table }),
      log:
        logDirectory === undefined || !key
          ? undefined
          : await checkLog(createDirectoryLog(logDirectory), { keys: [key] }),
      kept: indexTable === undefined ? undefined : () => readKeptStatus(dynamo, indexTable),
      folder: await createEvidenceFolder(out),
      clock: systemClock,
    });
    const { counts, findings } = index;
    process.stdout.write(
      [
        `${out}/INDEX.md`,
        ...Object.entries(counts).map(([what, count]) => `${what.padEnd(14)}${count}`),
        `${"findings".padEnd(14)}${findings.length}`,
        ...(sandbox && values.vkey === undefined
          ? ["NOT PROVED that the log's key is the right one: the sandbox named it"]
          : []),
        ...unknownsOf(index).map((one) => `UNKNOWN ${one}`),
        "",
      ].join("\n"),
    );
    return findings.length === 0 ? 0 : 1;
  } finally {
    dynamo.destroy();
  }
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

main(process.env).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = refuse(error instanceof Error ? error.message : String(error));
  },
);
