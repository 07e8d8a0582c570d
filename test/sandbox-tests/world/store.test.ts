import assert from "node:assert/strict";
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, test } from "vitest";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type Store, startStore } from "../../sandbox/world/store.ts";

let faults: FaultBoard;
let store: Store;
let client: DynamoDBClient;
let writes: string[];
beforeEach(async () => {
  faults = new FaultBoard();
  writes = [];
  store = await startStore({ faults, onWrite: (operation, table) => writes.push(`${operation} ${table}`) });
  client = new DynamoDBClient({
    region: "eu-north-1",
    endpoint: store.url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await store.close();
});

const put = (seq: number, extra: Record<string, { S: string }> = {}, TableName = "ic-ledger") =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: {
        pk: { S: "INC#INC-1" },
        sk: { S: `E#${String(seq).padStart(12, "0")}` },
        body: { S: "{}" },
        hash: { S: "h" },
        type: { S: "IncidentOpened" },
        ...extra,
      },
      ConditionExpression: "attribute_not_exists(pk)",
    }),
  );

test("one of two conditional puts wins, and the ledger is read in order", async () => {
  await put(2);
  await put(1);
  await assert.rejects(put(1), ConditionalCheckFailedException);
  assert.deepEqual(
    (await store.ledger("INC-1")).map(({ sk, type }) => [sk, type]),
    [
      ["E#000000000001", "IncidentOpened"],
      ["E#000000000002", "IncidentOpened"],
    ],
  );
  assert.deepEqual(await store.ledger("INC-2"), []);
  assert.equal((await store.ledger()).length, 2);
  assert.deepEqual(writes, ["PutItem ic-ledger", "PutItem ic-ledger"]);
});

test("the index table has the one overloaded index", async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "ic-index" }));
  assert.equal(Table?.BillingModeSummary?.BillingMode, "PAY_PER_REQUEST");
  assert.equal(Table?.GlobalSecondaryIndexes?.[0]?.Projection?.ProjectionType, "ALL");
  await put(1, { gsi1pk: { S: "PENDING" }, gsi1sk: { S: "1" } }, "ic-index");
  await put(2, {}, "ic-index");
  const found = await client.send(
    new QueryCommand({
      TableName: "ic-index",
      IndexName: "gsi1",
      KeyConditionExpression: "gsi1pk = :p",
      ExpressionAttributeValues: { ":p": { S: "PENDING" } },
    }),
  );
  assert.equal(found.Items?.length, 1);
});

test("down and error write nothing; the reply lost after a commit leaves the item", async () => {
  faults.add({ target: "store", kind: "down", times: 1 });
  await assert.rejects(put(1));
  faults.add({ target: "store", kind: "error", status: 503, times: 1 });
  await assert.rejects(put(1));
  assert.equal((await store.ledger()).length, 0);
  faults.add({ target: "store", kind: "commit_then_drop", match: "PutItem ic-ledger", times: 1 });
  await assert.rejects(put(1));
  assert.equal((await store.ledger()).length, 1);
  await assert.rejects(put(1), ConditionalCheckFailedException);
});

test("a slow store has written although its caller gave up", async () => {
  faults.add({ target: "store", kind: "slow", ms: 60_000, times: 1 });
  const gaveUp = client.send(
    new PutItemCommand({ TableName: "ic-ledger", Item: { pk: { S: "INC#X" }, sk: { S: "E#1" } } }),
    { abortSignal: AbortSignal.timeout(100) },
  );
  await assert.rejects(gaveUp);
  assert.equal((await store.ledger("X")).length, 1);
});

test("a fault that names another table lets this one be", async () => {
  faults.add({ target: "store", kind: "error", match: "ic-index" });
  await put(1);
  await assert.rejects(put(1, {}, "ic-index"));
});

test("an accepted write can be lost and a reply can be unreadable", async () => {
  faults.add({ target: "store", kind: "accept_then_lose", times: 1 });
  await put(1);
  assert.equal((await store.ledger()).length, 0);
  faults.add({ target: "store", kind: "malformed", times: 1 });
  await assert.rejects(put(1));
  assert.equal((await store.ledger()).length, 1);
});
