import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../platform/dynamo.ts";

/** The index table as the rest of the bridge uses it: one item at a time, every write under a condition it names. */
export interface IndexTable {
  get(pk: string, sk: string): Promise<Item | undefined>;
  /** False when the condition failed. */
  put(item: Item, condition?: string, values?: Item): Promise<boolean>;
  /** False when the condition failed. */
  update(
    pk: string,
    sk: string,
    change: Pick<
      UpdateItemCommandInput,
      "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
    >,
  ): Promise<boolean>;
  /** Every item of one partition, strongly consistent, in order of `sk`. */
  partition(pk: string): Promise<Item[]>;
  /** Items of one GSI partition, in order of `gsi1sk`; without a limit all, page by page. Eventually consistent. */
  queryGsi(gsi1pk: string, limit?: number): Promise<Item[]>;
}

/** Items of one answer: it stays small, however long the list. */
const PAGE = 250;

export function createIndexTable({
  dynamo,
  table,
}: {
  dynamo: Pick<DynamoDBClient, "send">;
  table: string;
}): IndexTable {
  const unlessConditionFailed = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    get: async (pk, sk) =>
      (
        await dynamo.send(
          new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }),
        )
      ).Item,

    put: (item, condition, values) =>
      unlessConditionFailed(
        dynamo.send(
          new PutItemCommand({
            TableName: table,
            Item: item,
            ...(condition === undefined ? {} : { ConditionExpression: condition }),
            ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
          }),
        ),
      ),

    update: (pk, sk, change) =>
      unlessConditionFailed(
        dynamo.send(new UpdateItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } }, ...change })),
      ),

    async partition(pk) {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const page = await dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": { S: pk } },
            ConsistentRead: true,
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        items.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return items;
    },

    async queryGsi(gsi1pk, limit = Number.POSITIVE_INFINITY) {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const page = await dynamo.send(
          new QueryCommand({
            TableName: table,
            IndexName: "gsi1",
            KeyConditionExpression: "gsi1pk = :pk",
            ExpressionAttributeValues: { ":pk": { S: gsi1pk } },
            Limit: Math.min(PAGE, limit - items.length),
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        items.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start !== undefined && items.length < limit);
      return items;
    },
  };
}
