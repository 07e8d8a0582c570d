import type { AddressInfo } from "node:net";
import { CreateTableCommand, type CreateTableCommandInput, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createDynamoClient } from "../../bridge/platform/dynamo.ts";

export const LEDGER_TABLE = "ic-ledger";
export const INDEX_TABLE = "ic-index";

const key = (hash: string, range: string): CreateTableCommandInput["KeySchema"] => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];
const strings = (...names: string[]): CreateTableCommandInput["AttributeDefinitions"] =>
  names.map((name) => ({ AttributeName: name, AttributeType: "S" }));

/** All indexes at once: the engine cannot add one to an on-demand table later. */
export const TABLES: CreateTableCommandInput[] = [
  {
    TableName: LEDGER_TABLE,
    KeySchema: key("pk", "sk"),
    AttributeDefinitions: strings("pk", "sk"),
    BillingMode: "PAY_PER_REQUEST",
  },
  {
    TableName: INDEX_TABLE,
    KeySchema: key("pk", "sk"),
    AttributeDefinitions: strings("pk", "sk", "gsi1pk", "gsi1sk"),
    GlobalSecondaryIndexes: [
      { IndexName: "gsi1", KeySchema: key("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "ALL" } },
    ],
    BillingMode: "PAY_PER_REQUEST",
  },
];

export interface LocalStore {
  url: string;
  client: DynamoDBClient;
  /** Refuses connections from now on, and cuts the open ones. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A DynamoDB in memory with both tables, on a port of its own. */
export async function startDynalite(): Promise<LocalStore> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createDynamoClient({ region: "eu-north-1", endpoint: url, credentials: "local-dummy" });
  for (const table of TABLES) await client.send(new CreateTableCommand(table));

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopping;
  };
  return {
    url,
    client,
    stop,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await stop();
    },
  };
}
