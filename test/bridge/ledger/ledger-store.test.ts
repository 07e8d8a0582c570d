import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { sealEntry } from "../../../bridge/ledger/entry.ts";
import { LedgerItemError } from "../../../bridge/ledger/ledger-store.ts";
import { emptyHead } from "../../../bridge/ledger/verify-stream.ts";
import { INCIDENT, opened } from "../../support/incident-events.ts";
import { BRIDGE, storeFailure, storeOf } from "../../support/ledgers.ts";

const entry = sealEntry({
  v: 1,
  incident: INCIDENT,
  epoch: 1,
  seq: 1,
  prev: emptyHead(INCIDENT).hash,
  commandId: "open",
  actor: BRIDGE,
  at: "2026-11-21T09:14:05.000Z",
  events: [opened()],
});
const item = Object.fromEntries(Object.entries(entry).map(([name, text]) => [name, { S: text }]));

/** The store over a database that gives these answers, one a call. */
function storeSaying(...answers: (() => unknown)[]) {
  const send = async () => answers.shift()?.();
  return storeOf({ send } as unknown as Pick<DynamoDBClient, "send">);
}

describe("the store of the ledger", () => {
  test("passes on that nobody knows whether an entry was taken", async () => {
    const store = storeSaying(() => {
      throw storeFailure("ETIMEDOUT");
    });
    await expect(store.put(entry)).rejects.toThrow("ETIMEDOUT");
  });

  test("reads on until the last page, an empty one too", async () => {
    const store = storeSaying(
      () => ({ Items: [item], LastEvaluatedKey: { pk: item.pk, sk: item.sk } }),
      () => ({}),
    );
    expect(await store.read(INCIDENT, 0)).toEqual([entry]);
  });

  test.each(["pk", "sk", "body", "hash", "type"])("refuses an item without %s", async (missing) => {
    const { [missing]: _gone, ...rest } = item;
    const reading = storeSaying(() => ({ Items: [rest] })).read(INCIDENT, 0);
    await expect(reading).rejects.toThrow(LedgerItemError);
    await expect(reading).rejects.toMatchObject({ fault: "not-an-entry" });
  });

  test("refuses an item with anything beside, which no hash covers", async () => {
    const reading = storeSaying(() => ({ Items: [{ ...item, ttl: { N: "1" } }] })).read(INCIDENT, 0);
    await expect(reading).rejects.toMatchObject({ fault: "extra-attribute" });
  });
});
