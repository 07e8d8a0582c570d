import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { AppError } from "../platform/app-error.ts";
import { type EntryFault, partitionKey, sortKey } from "./entry.ts";
import type { StoredEntry } from "./entry-types.ts";

/** The store answered something that is no ledger item at all. */
export class LedgerItemError extends AppError {
  override readonly name = "LedgerItemError";
  constructor(
    readonly fault: Extract<EntryFault, "not-an-entry" | "extra-attribute">,
    key: string,
  ) {
    super(`ledger item ${key} lacks body, hash or type, or holds other attributes; do not write behind it`);
  }
}

/** The only ways this product touches the ledger table: put one new entry, read a stream or its newest entry. */
export interface LedgerStore {
  /** One conditional put. `taken`: that place already holds an entry, ours or another's. Throws when the outcome is unknown. */
  put(item: StoredEntry): Promise<"put" | "taken">;
  /** Strongly consistent, all pages, in order; only entries behind `afterSeq`. @throws LedgerItemError */
  read(incident: string, afterSeq: number): Promise<StoredEntry[]>;
}

/** For whoever needs no more of a stream than where it stands. */
export interface NewestEntry {
  /** The last entry of a stream, strongly consistent; undefined before the first. @throws LedgerItemError */
  newest(incident: string): Promise<StoredEntry | undefined>;
}

const ATTRIBUTES = 5;

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

function storedEntry(item: Record<string, AttributeValue>): StoredEntry {
  const { pk, sk, body, hash, type } = item;
  const key = `${pk?.S ?? "?"} ${sk?.S ?? "?"}`;
  if (!pk?.S || !sk?.S || !body?.S || !hash?.S || !type?.S) throw new LedgerItemError("not-an-entry", key);
  if (Object.keys(item).length !== ATTRIBUTES) throw new LedgerItemError("extra-attribute", key);
  return { pk: pk.S, sk: sk.S, body: body.S, hash: hash.S, type: type.S };
}
