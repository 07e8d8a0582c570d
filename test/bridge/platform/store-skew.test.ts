import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { watchStoreSkew } from "../../../bridge/platform/store-skew.ts";
import { INDEX_TABLE, startDynalite } from "../../support/dynalite.ts";

test("the distance of our clock from the store's is read from its answers", async () => {
  await using store = await startDynalite();
  const ahead = { now: () => Date.now() + 60_000, monotonic: () => performance.now() };
  const skewMs = watchStoreSkew(store.client, ahead);
  expect(skewMs()).toBe(0);
  await store.client.send(new GetItemCommand({ TableName: INDEX_TABLE, Key: { pk: { S: "a" }, sk: { S: "b" } } }));
  expect(skewMs()).toBeGreaterThan(58_000);
  expect(skewMs()).toBeLessThan(63_000);
});
