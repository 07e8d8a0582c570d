import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { partitionKey, sortKey } from "./entry.ts";
import type { StoredEntry } from "./entry-types.ts";

/** The only ways this product touches the ledger table: put one new entry, read a stream or its newest entry. */
export interface LedgerStore {
  /** One conditional put. `taken`: that place already holds an entry, ours or another's. Throws when the outcome is unknown. */
  put(item: StoredEntry): Promise<"put" | "taken">;
  /**
   * Strongly consistent, all pages, in order; only entries behind `afterSeq`. As they lie there: what is no entry is handed on
   * as well, and found when it is opened.
   */
  read(incident: string, afterSeq: number): Promise<StoredEntry[]>;
}

/** For whoever needs no more of a stream than where it stands. */
export interface NewestEntry {
  /** The last entry of a stream, strongly consistent; undefined before the first. */
  newest(incident: string): Promise<StoredEntry | undefined>;
}

export function createLedgerStore(deps: {
  dynamo: Pick<DynamoDBClient, "send">;
  table: string;
}): LedgerStore & NewestEntry {
  return {
    async put({ pk, sk, body, hash, type }) {
      try {
        await deps.dynamo.send(
          new PutItemCommand({
            TableName: deps.table,
            Item: { pk: { S: pk }, sk: { S: sk }, body: { S: body }, hash: { S: hash }, type: { S: type } },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        );
        return "put";
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return "taken";
        throw error;
      }
    },

    async read(incident, afterSeq) {
      const items: StoredEntry[] = [];
      let start: Record<string, never> | undefined;
      do {
        const page = await deps.dynamo.send(
          new QueryCommand({
            TableName: deps.table,
            KeyConditionExpression: "pk = :pk AND sk > :after",
            ExpressionAttributeValues: { ":pk": { S: partitionKey(incident) }, ":after": { S: sortKey(afterSeq) } },
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        );
        items.push(...(page.Items ?? []).map(storedEntry));
        start = page.LastEvaluatedKey as Record<string, never> | undefined;
      } while (start !== undefined);
      return items;
    },

    async newest(incident) {
      const { Items = [] } = await deps.dynamo.send(
        new QueryCommand({
          TableName: deps.table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: partitionKey(incident) } },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      const [item] = Items;
      return item && storedEntry(item);
    },
  };
}

/** An attribute that is missing, or no text, is empty here; one that should not be there is here too. */
function storedEntry(item: Record<string, AttributeValue>): StoredEntry {
  const { pk, sk, body, hash, type, ...others } = item;
  return {
    ...Object.fromEntries(Object.keys(others).map((name) => [name, ""])),
    pk: pk?.S ?? "",
    sk: sk?.S ?? "",
    body: body?.S ?? "",
    hash: hash?.S ?? "",
    type: type?.S ?? "",
  };
}
