import { type AttributeValue, type DynamoDBClient, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { ItemAsStored } from "./proof/check-entries.ts";

/** The ledger as it lies in the store, nothing believed about it: what is no entry is handed on too, to be found. */
export interface StoredStreams {
  /** All items of one incident behind `afterSeq`, strongly consistent, in order of their sort keys. */
  items(incident: string, afterSeq?: number): AsyncGenerator<ItemAsStored>;
  /** Ids of all incidents that have any item, each once. */
  incidents(): AsyncGenerator<string>;
}

const NAMES: ReadonlySet<string> = new Set(["pk", "sk", "body", "hash", "type"]);
const PREFIX = "INC#";

export function createStoredStreams({
  dynamo,
  table,
}: {
  dynamo: Pick<DynamoDBClient, "send">;
  table: string;
}): StoredStreams {
  return {
    async *items(incident, afterSeq = 0) {
      // From the very first key on: an item that sorts before all entries is none of ours and must be seen.
      const after = afterSeq === 0 ? undefined : `E#${String(afterSeq).padStart(12, "0")}`;
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: after === undefined ? "pk = :pk" : "pk = :pk AND sk > :after",
            ExpressionAttributeValues: {
              ":pk": { S: `${PREFIX}${incident}` },
              ...(after === undefined ? {} : { ":after": { S: after } }),
            },
            ConsistentRead: true,
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        for (const item of page.Items ?? []) yield asStored(item);
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    },

    async *incidents() {
      let start: Record<string, AttributeValue> | undefined;
      let last = "";
      do {
        const page = await dynamo.send(
          new ScanCommand({
            TableName: table,
            ProjectionExpression: "pk",
            ConsistentRead: true,
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        // A scan goes through one partition after the other, so each id comes in one run.
        for (const { pk } of page.Items ?? []) {
          const id = String(pk?.S);
          if (id === last) continue;
          last = id;
          yield id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
        }
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}

function asStored(item: Record<string, AttributeValue>): ItemAsStored {
  const { pk, sk, body, hash, type } = item;
  return {
    pk: pk?.S,
    sk: sk?.S,
    body: body?.S,
    // Absent is as wrong as false: only a bundle has none.
    hash: hash?.S ?? "",
    type: type?.S ?? "",
    others: Object.keys(item).filter((name) => !NAMES.has(name)),
  };
}
