import { parseArgs } from "node:util";
import type { Clock } from "../../platform/clock.ts";
import { createDynamoClient } from "../../platform/dynamo.ts";
import { type CommandOutput, wordsOf } from "../command-output.ts";
import { openLog, PATIENT_MS } from "../open-log.ts";
import { checkLog } from "../proof/check-log.ts";
import { parseVerifierKey } from "../proof/signed-note.ts";
import { createStoredStreams } from "../stored-streams.ts";
import { sandboxStore } from "../verifier/sandbox-store.ts";
import { collectEvidence } from "./collect-evidence.ts";
import { createEvidenceFolder, type EvidenceFolder } from "./evidence-folder.ts";
import { unknownsOf } from "./evidence-index.ts";
import { readKeptStatus } from "./kept-status.ts";
import { readPeriod } from "./period.ts";

const USAGE = `npm run evidence -- --from 2026-10-01 --to 2026-12-31 [options]

  --out DIR            a new folder (default evidence-<from>-<to>)
  --log PLACE          the log of checkpoints: a directory or s3://BUCKET
  --vkey NAME+ID+KEY   the log's verifier key; without it nothing is said of who signed

  Reads LEDGER_TABLE and INDEX_TABLE (LEDGER_ENDPOINT: where, if not AWS), and the log in CHECKPOINT_BUCKET or CHECKPOINT_DIR
  where --log names none; or a sandbox at SANDBOX_URL (default http://localhost:4000). Writes nothing but the folder.

Exit code 0: written, nothing found wrong. 1: written, and something does not hold. 2: not written.
`;

export interface EvidenceCommandDeps {
  output: CommandOutput;
  clock: Clock;
}

/** Gathers what the record says of a period, as somebody asked for it. Never throws. @returns the exit code */
export async function runEvidence(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { output, clock }: EvidenceCommandDeps,
): Promise<number> {
  try {
    return await run(args, environment, { output, clock });
  } catch (error) {
    output.stderr.write(`${wordsOf(error)}\n`);
    return 2;
  }
}

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { output: { stdout, stderr }, clock }: EvidenceCommandDeps,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
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
    stdout.write(USAGE);
    return 0;
  }
  const refuse = (why: string): number => {
    stderr.write(`${why}\n`);
    return 2;
  };
  const period = readPeriod(values.from, values.to);
  if (typeof period === "string") return refuse(`${period}\n\n${USAGE}`);
  const { LEDGER_TABLE, CHECKPOINT_BUCKET, CHECKPOINT_DIR, S3_ENDPOINT } = environment;
  const { SANDBOX_URL = "http://localhost:4000" } = environment;
  const sandbox = LEDGER_TABLE === undefined ? await sandboxStore(SANDBOX_URL) : undefined;
  const table = LEDGER_TABLE ?? sandbox?.tables.ledger;
  if (table === undefined) return refuse(`no sandbox answers at ${SANDBOX_URL}, and LEDGER_TABLE is not set`);
  const key = parseVerifierKey(values.vkey ?? sandbox?.verifierKey ?? "");
  if (values.vkey !== undefined && !key) return refuse("--vkey is no verifier key; it looks like name+8 hex+base64");

  const { INDEX_TABLE: indexTable = sandbox?.tables.index } = environment;
  const { LEDGER_ENDPOINT: endpoint = sandbox?.endpoint } = environment;
  const { AWS_REGION: region = sandbox?.region ?? "eu-north-1" } = environment;
  // Counts only where an endpoint is named: AWS itself never sees these.
  const credentials = "local-dummy";
  const dynamo = createDynamoClient({ region, endpoint, credentials });
  const bucket = CHECKPOINT_BUCKET === undefined ? undefined : `s3://${CHECKPOINT_BUCKET}`;
  const place = values.log ?? bucket ?? CHECKPOINT_DIR ?? sandbox?.log;
  const opened =
    place === undefined
      ? undefined
      : openLog(place, { region, endpoint: S3_ENDPOINT, credentials, requestTimeoutMs: PATIENT_MS });
  const out = values.out ?? `evidence-${period.from}-${period.to}`;
  let folder: EvidenceFolder | undefined;
  try {
    const log = opened && key ? await checkLog(opened.log, { keys: [key] }) : undefined;
    folder = await createEvidenceFolder(out);
    const index = await collectEvidence(period, {
      streams: createStoredStreams({ dynamo, table }),
      log,
      kept: indexTable === undefined ? undefined : () => readKeptStatus(dynamo, indexTable),
      folder,
      clock,
    });
    const { counts, findings } = index;
    stdout.write(
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
    await folder?.close();
    dynamo.destroy();
    opened?.close();
  }
}
