import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { openEntry, sealEntry } from "../../../bridge/ledger/entry.ts";
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

  test.each([
    ["pk", "key-mismatch"],
    ["sk", "key-mismatch"],
    ["body", "not-an-entry"],
    ["hash", "not-an-entry"],
    ["type", "not-an-entry"],
  ])("hands on an item without %s, which then does not verify", async (missing, fault) => {
    const { [missing]: _gone, ...rest } = item;
    const [read] = await storeSaying(() => ({ Items: [rest] })).read(INCIDENT, 0);
    expect(read && openEntry(read)).toEqual({ ok: false, fault });
  });

  test("hands on what stands beside, which no hash covers, so that it is seen", async () => {
    const [read] = await storeSaying(() => ({ Items: [{ ...item, ttl: { N: "1" } }] })).read(INCIDENT, 0);
    expect(read && openEntry(read)).toEqual({ ok: false, fault: "extra-attribute" });
  });
});
