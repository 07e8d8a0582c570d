import { parseArgs } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { createIndexTable } from "../index-table/index-table.ts";
import { createLedgerStore } from "../ledger/ledger-store.ts";
import { createSystemStream } from "../ledger/system-stream.ts";
import { awsClientOptions } from "../platform/aws.ts";
import { systemClock } from "../platform/clock.ts";
import { createDynamoClient } from "../platform/dynamo.ts";
import { createLogger } from "../platform/logger.ts";
import { systemRandom } from "../platform/random.ts";
import { beginEpoch } from "./open-epoch/begin.ts";
import { createDirectoryLog } from "./proof/directory-log.ts";
import { createS3Log } from "./s3-log.ts";
import { createStoredStreams } from "./stored-streams.ts";
import { createAuditRecords } from "./watch/audit-records.ts";

const USAGE = `node --import tsx bridge/audit/open-epoch.ts --incident INC-… --by "your name" --reason "what happened" [--confirm]

Begins the record of an incident anew behind one that does not verify. Nothing of before is changed: the broken epoch stays as it is
and stays broken. Without --confirm it only says what it would do.

Where, from the environment, named as for the bridge: AWS_REGION, LEDGER_TABLE, INDEX_TABLE, CHECKPOINT_BUCKET or CHECKPOINT_DIR,
and for a local store DYNAMODB_ENDPOINT.
`;

const Environment = z.object({
  AWS_REGION: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  INDEX_TABLE: z.string().min(1),
  CHECKPOINT_BUCKET: z.string().min(1).optional(),
  CHECKPOINT_DIR: z.string().min(1).optional(),
  DYNAMODB_ENDPOINT: z.string().min(1).optional(),
});
const Wish = z.object({
  incident: z.string().regex(/^[A-Za-z0-9-]{1,64}$|^_system$/, { error: "is no incident id" }),
  by: z.string().trim().min(2).max(100),
  reason: z.string().trim().min(10, { error: "is shorter than ten characters; say what happened" }).max(500),
  confirm: z.boolean(),
});

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      incident: { type: "string", default: "" },
      by: { type: "string", default: "" },
      reason: { type: "string", default: "" },
      confirm: { type: "boolean", default: false },
    },
  });
  const wish = Wish.safeParse(values);
  const where = Environment.safeParse(process.env);
  if (!wish.success || !where.success) {
    for (const { path, message } of [...(wish.error?.issues ?? []), ...(where.error?.issues ?? [])])
      process.stderr.write(`${path.join(".")}: ${message}\n`);
    process.stderr.write(`\n${USAGE}`);
    return 2;
  }
  const { AWS_REGION: region, DYNAMODB_ENDPOINT: endpoint, LEDGER_TABLE, INDEX_TABLE } = where.data;
  const { CHECKPOINT_BUCKET: bucket, CHECKPOINT_DIR: directory } = where.data;
  if ((bucket === undefined) === (directory === undefined)) {
    process.stderr.write(
      "Set one of CHECKPOINT_BUCKET and CHECKPOINT_DIR: what the log covers decides where the epoch begins.\n",
    );
    return 2;
  }
  const credentials = endpoint === undefined ? "default-chain" : "local-dummy";
  const dynamo = createDynamoClient({ region, endpoint, credentials });
  const clock = systemClock;
  const store = createLedgerStore({ dynamo, table: LEDGER_TABLE });
  const log = createLogger({ level: "warn", clock });
  const s3 = new S3Client(awsClientOptions({ region, endpoint: undefined, credentials, requestTimeoutMs: 5_000 }));
  try {
    const begun = await beginEpoch(wish.data, {
      store,
      streams: createStoredStreams({ dynamo, table: LEDGER_TABLE }),
      records: createAuditRecords({ index: createIndexTable({ dynamo, table: INDEX_TABLE }) }),
      log: bucket === undefined ? createDirectoryLog(directory ?? "") : createS3Log({ s3, bucket }),
      system: createSystemStream({ store, clock, random: systemRandom, log }),
      clock,
    });
    process.stdout.write(`${begun.said.join("\n")}\n`);
    return begun.kind === "refused" ? 1 : 0;
  } finally {
    dynamo.destroy();
    s3.destroy();
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}\nIt is not known whether the epoch was begun: run it again without --confirm.\n`,
    );
    process.exitCode = 2;
  },
);
