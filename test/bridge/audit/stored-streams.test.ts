import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { honestStream } from "../../support/audit.ts";
import { LEDGER_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { A, B } from "./scene.ts";
import { emptyPageFirst, putItems } from "./stored-scene.ts";

let store: LocalStore;
beforeAll(async () => {
  store = await startDynalite();
  await putItems(store.client, [...honestStream(A, 3), ...honestStream(B, 2)]);
});
afterAll(() => store[Symbol.asyncDispose]());

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
};
const streams = (client: Pick<DynamoDBClient, "send"> = store.client) =>
  createStoredStreams({ dynamo: client, table: LEDGER_TABLE });
const put = (item: Record<string, string>) =>
  store.client.send(
    new PutItemCommand({
      TableName: LEDGER_TABLE,
      Item: Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }])),
    }),
  );

test("what lacks an attribute, or has one too many, is handed on as it lies there", async () => {
  await put({ pk: "INC#ODD", sk: "E#000000000001", expires: "1" });
  await put({ pk: "INC#ODD", sk: "A-first" });
  expect(await all(streams().items("ODD"))).toEqual([
    { pk: "INC#ODD", sk: "A-first", body: undefined, hash: "", type: "", others: [] },
    { pk: "INC#ODD", sk: "E#000000000001", body: undefined, hash: "", type: "", others: ["expires"] },
  ]);
});

test("a partition that is none of an incident's is named, not left out", async () => {
  await put({ pk: "LEFT-OVER", sk: "x" });
  const named = await all(streams().incidents());
  expect(named).toEqual(expect.arrayContaining([A, B, "LEFT-OVER"]));
  expect(named.filter((id) => id === A)).toHaveLength(1);
});

test("an empty page is not the end", async () => {
  expect(await all(streams(emptyPageFirst(store.client)).items(A))).toHaveLength(3);
  expect(await all(streams(emptyPageFirst(store.client)).incidents())).toContain(A);
});
