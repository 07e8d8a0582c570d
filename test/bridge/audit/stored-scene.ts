import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DynamoDBClient,
  type GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { createDirectoryLog } from "../../../bridge/audit/proof/directory-log.ts";
import type { StoredEntry } from "../../../bridge/ledger/entry-types.ts";
import { testKey } from "../../support/audit.ts";
import { INDEX_TABLE, LEDGER_TABLE, startDynalite } from "../../support/dynalite.ts";
import { startBucket } from "../../support/local-bucket.ts";
import { startLocalServer } from "../../support/local-server.ts";
import { honestWorld } from "./scene.ts";

export async function putItems(client: DynamoDBClient, items: Iterable<StoredEntry>): Promise<void> {
  for (const item of items) {
    const Item = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]));
    await client.send(new PutItemCommand({ TableName: LEDGER_TABLE, Item }));
  }
}

/** A store whose every list begins as a store's list may: with a page on which there is nothing, and more behind it. */
export function emptyPageFirst(client: DynamoDBClient): DynamoDBClient {
  const behind = { pk: { S: "behind the empty page" } };
  const send = (command: QueryCommand | ScanCommand | GetItemCommand) => {
    if (command instanceof QueryCommand || command instanceof ScanCommand) {
      const { input } = command;
      if (input.ExclusiveStartKey === undefined) return Promise.resolve({ LastEvaluatedKey: behind });
      if (input.ExclusiveStartKey === behind) delete input.ExclusiveStartKey;
    }
    return client.send(command as QueryCommand);
  };
  return Object.assign(Object.create(client), { send }) as DynamoDBClient;
}

/** The honest world where a command looks for one: a table, its log as files and in a bucket, and a sandbox that names both. */
export async function storedWorld() {
  const { items, log, ...rest } = await honestWorld();
  const store = await startDynalite();
  const directory = await mkdtemp(join(tmpdir(), "audit-command-"));
  const bucket = await startBucket();
  await putItems(store.client, items.values());
  const logDirectory = join(directory, "log");
  const files = createDirectoryLog(logDirectory);
  for (const [key, text] of log.objects) {
    await files.putOnce(key, text);
    bucket.objects.set(key, text);
  }
  const said = {
    endpoint: store.url,
    region: "eu-north-1",
    tables: { ledger: LEDGER_TABLE, index: INDEX_TABLE },
    log: logDirectory,
    verifierKey: testKey().verifier.text as string | null,
  };
  const sandbox = await startLocalServer(({ path }, response) => {
    response.writeHead(path === "/world" ? 200 : 404).end(JSON.stringify({ store: said }));
  });
  return {
    ...rest,
    items,
    log,
    store,
    bucket,
    /** Of this test alone. */
    directory,
    logDirectory,
    /** What the sandbox says of itself. */
    said,
    sandbox,
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await bucket.close();
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}
export type StoredWorld = Awaited<ReturnType<typeof storedWorld>>;

/** Where nobody listens. */
export const NOWHERE = "http://127.0.0.1:9";
