import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { createIndexTable } from "../../index-table/index-table.ts";
import { iso } from "../../platform/clock.ts";
import { type Item, readNumber, readText } from "../../platform/dynamo.ts";
import { createAuditRecords, PASSES } from "../watch/audit-records.ts";
import type { KeptStatus } from "./collect-evidence.ts";

const CONTROL = "CONTROL#";

/** What verification and the controls left in the index table. */
export async function readKeptStatus(dynamo: DynamoDBClient, table: string): Promise<KeptStatus> {
  const records = createAuditRecords({ index: createIndexTable({ dynamo, table }) });
  const passes = await Promise.all(PASSES.map(async (pass) => ({ pass, result: await records.pass(pass) })));
  return {
    passes: passes.flatMap(({ pass, result }) =>
      result ? [{ pass, endedAt: iso(result.at), counts: result.counts }] : [],
    ),
    streams: (await records.marks()).map(({ incident, walkedAt, entries, uncovered }) => ({
      incident,
      walkedAt: walkedAt === undefined ? null : iso(walkedAt),
      entries,
      uncovered,
    })),
    broken: (await records.broken()).map(({ incident, total }) => ({ incident, total })),
    controls: await controlsIn(dynamo, table),
  };
}

/** By a scan: which controls there are follows from a configuration that is not known here. */
async function controlsIn(dynamo: DynamoDBClient, table: string): Promise<KeptStatus["controls"]> {
  const controls: KeptStatus["controls"] = [];
  let start: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: "begins_with(pk, :control)",
        ExpressionAttributeValues: { ":control": { S: CONTROL } },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of page.Items ?? []) {
      const seenAt = readNumber(item, "seenAt");
      controls.push({
        id: String(readText(item, "pk")).slice(CONTROL.length),
        verdict: readText(item, "verdict") ?? "unknown",
        seenAt: seenAt === undefined ? "unknown" : iso(seenAt),
      });
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return controls.sort((a, b) => (a.id < b.id ? -1 : 1));
}
