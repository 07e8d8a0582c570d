import { parseArgs } from "node:util";
import * as z from "zod";
import { createIndexTable } from "../../index-table/index-table.ts";
import { createLedgerStore } from "../../ledger/ledger-store.ts";
import { createSystemStream } from "../../ledger/system-stream.ts";
import type { Clock } from "../../platform/clock.ts";
import { createDynamoClient } from "../../platform/dynamo.ts";
import { createLogger } from "../../platform/logger.ts";
import type { Random } from "../../platform/random.ts";
import { type CommandOutput, wordsOf } from "../command-output.ts";
import { openLog, PATIENT_MS } from "../open-log.ts";
import { createStoredStreams } from "../stored-streams.ts";
import { createAuditRecords } from "../watch/audit-records.ts";
import { beginEpoch } from "./begin.ts";

const USAGE = `node --import tsx bridge/audit/open-epoch.ts --incident INC-… --by "your name" --reason "what happened" [--confirm]

Begins the record of an incident anew behind one that does not verify. Nothing of before is changed: the broken epoch stays as it is
and stays broken. Without --confirm it only says what it would do.

Where, from the environment, named as for the bridge: AWS_REGION, LEDGER_TABLE, INDEX_TABLE, CHECKPOINT_BUCKET or CHECKPOINT_DIR,
and for local stores DYNAMODB_ENDPOINT and S3_ENDPOINT.
`;

const Environment = z
  .object({
    AWS_REGION: z.string().min(1),
    LEDGER_TABLE: z.string().min(1),
    INDEX_TABLE: z.string().min(1),
    CHECKPOINT_BUCKET: z.string().min(1).optional(),
    CHECKPOINT_DIR: z.string().min(1).optional(),
    DYNAMODB_ENDPOINT: z.string().min(1).optional(),
    S3_ENDPOINT: z.string().min(1).optional(),
  })
  .transform(({ CHECKPOINT_BUCKET: bucket, CHECKPOINT_DIR: directory, ...where }, check) => {
    const places = [
      ...(bucket === undefined ? [] : [`s3://${bucket}`]),
      ...(directory === undefined ? [] : [directory]),
    ];
    const [place, ...others] = places;
    if (place !== undefined && others.length === 0) return { ...where, place };
    check.addIssue(
      "set one of CHECKPOINT_BUCKET and CHECKPOINT_DIR: what the log covers decides where the epoch begins",
    );
    return z.NEVER;
  });
const Wish = z.object({
  incident: z.string().regex(/^[A-Za-z0-9-]{1,64}$|^_system$/, { error: "is no incident id" }),
  by: z.string().trim().min(2).max(100),
  reason: z.string().trim().min(10, { error: "is shorter than ten characters; say what happened" }).max(500),
  confirm: z.boolean(),
});

export interface OpenEpochDeps {
  output: CommandOutput;
  clock: Clock;
  random: Random;
}

/** Does what an operator typed. Never throws: what became of it is said. @returns the exit code: 0 done or shown, 1 refused, 2 not known */
export async function runOpenEpoch(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { output: { stdout, stderr }, clock, random }: OpenEpochDeps,
): Promise<number> {
  const refuse = (...problems: string[]): number => {
    stderr.write([...problems, "", USAGE].join("\n"));
    return 2;
  };
  let typed: unknown;
  try {
    typed = typedIn(args);
  } catch (error) {
    return refuse(wordsOf(error));
  }
  const wish = Wish.safeParse(typed);
  const where = Environment.safeParse(environment);
  if (!wish.success || !where.success) return refuse(...problemsOf(wish.error), ...problemsOf(where.error));

  const { AWS_REGION: region, DYNAMODB_ENDPOINT: endpoint, S3_ENDPOINT, LEDGER_TABLE, INDEX_TABLE, place } = where.data;
  // Counts only where an endpoint is named: AWS itself never sees these.
  const credentials = "local-dummy";
  let opened: ReturnType<typeof openLog>;
  try {
    opened = openLog(place, { region, endpoint: S3_ENDPOINT, credentials, requestTimeoutMs: PATIENT_MS });
  } catch (error) {
    return refuse(wordsOf(error));
  }
  const dynamo = createDynamoClient({ region, endpoint, credentials });
  const store = createLedgerStore({ dynamo, table: LEDGER_TABLE });
  try {
    const begun = await beginEpoch(wish.data, {
      store,
      streams: createStoredStreams({ dynamo, table: LEDGER_TABLE }),
      records: createAuditRecords({ index: createIndexTable({ dynamo, table: INDEX_TABLE }) }),
      log: opened.log,
      system: createSystemStream({ store, clock, random, log: createLogger({ level: "warn", clock }) }),
      clock,
    });
    stdout.write(`${begun.said.join("\n")}\n`);
    return begun.kind === "refused" ? 1 : 0;
  } catch (error) {
    stderr.write(`${wordsOf(error)}\nIt is not known whether the epoch was begun: run it again without --confirm.\n`);
    return 2;
  } finally {
    dynamo.destroy();
    opened.close();
  }
}

const typedIn = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      incident: { type: "string", default: "" },
      by: { type: "string", default: "" },
      reason: { type: "string", default: "" },
      confirm: { type: "boolean", default: false },
    },
  }).values;

const problemsOf = (error: z.ZodError | undefined): string[] =>
  (error?.issues ?? []).map(({ path, message }) => [...path, message].join(": "));
