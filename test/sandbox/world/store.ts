import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import dynalite from "dynalite";
import type { FaultBoard } from "../faults.ts";

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const API = "DynamoDB_20120810";
/** dynalite asks for a signature's shape and never checks it. */
const OWN_AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=sandbox/x/x/x/x, SignedHeaders=host, Signature=x";

export const TABLES = { ledger: "ic-ledger", index: "ic-index" } as const;

/** A ledger item as it is stored: these five attributes and nothing else. */
export interface LedgerItem {
  pk: string;
  sk: string;
  body: string;
  hash: string;
  type: string;
}

export interface Store {
  readonly url: string;
  /** Every ledger item of one incident, or of all, in key order. */
  ledger(incident?: string): Promise<LedgerItem[]>;
  close(): Promise<void>;
}

export interface StoreOptions {
  faults: FaultBoard;
  /** Keeps the store in this directory; in memory when absent. */
  path?: string | undefined;
  /** Called after every write that was answered with success. */
  onWrite?: ((operation: string, table: string) => void) | undefined;
}

interface Answer {
  status: number;
  headers: Record<string, string | number>;
  body: string;
}

/**
 * An embedded DynamoDB with both tables, behind a door that applies `store` faults. A fault's `match` sees
 * `POST / <operation> <table>`, for example `PutItem ic-ledger`.
 */
export async function startStore({ faults, path, onWrite }: StoreOptions): Promise<Store> {
  const engine = dynalite({
    ...(path === undefined ? {} : { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  // The engine closes its database only as a listening server; nobody is told this port.
  await listen(engine);

  const run = (headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> =>
    new Promise((resolve) => {
      const answer: Answer = { status: 200, headers: {}, body: "" };
      const request = Object.assign(Readable.from(body.length > 0 ? [body] : []), {
        method: "POST",
        url: "/",
        headers,
      });
      const response = {
        contentType: "",
        set statusCode(status: number) {
          answer.status = status;
        },
        setHeader(name: string, value: string | number) {
          answer.headers[name] = value;
        },
        end(text?: string) {
          resolve({ ...answer, body: text ?? "" });
        },
      };
      engine.emit("request", request, response);
    });

  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const answer = await run(
      {
        "x-amz-target": `${API}.${operation}`,
        "content-type": "application/x-amz-json-1.0",
        authorization: OWN_AUTHORIZATION,
        "x-amz-date": "20260101T000000Z",
      },
      Buffer.from(JSON.stringify(input)),
    );
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    if (answer.status !== 200) throw new Error(`the store refused ${operation}: ${answer.body.slice(0, 300)}`);
    return body;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBounded(request);
    if (!body) {
      response.writeHead(413).end();
      return;
    }
    const operation = String(request.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    const table = tableIn(body);
    const fault = faults.take("store", `${request.method} ${request.url} ${operation} ${table}`);
    const write = /^(Put|Update|Delete|BatchWrite)/.test(operation);
    const act = async () => {
      const answer = await run(request.headers, body);
      if (write && answer.status === 200) onWrite?.(operation, table);
      return answer;
    };
    const send = ({ status, headers, body: text }: Answer) => {
      if (!response.destroyed) response.writeHead(status, headers).end(text);
    };
    const refuse = (status: number, type: string, message: string) =>
      send({
        status,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }),
      });

    switch (fault?.kind) {
      case undefined:
        return send(await act());
      case "down":
        request.socket.destroy();
        return;
      case "error":
        return refuse(fault.status ?? 500, "InternalServerError", "The request could not be processed.");
      case "rate_limit":
        return refuse(400, "ProvisionedThroughputExceededException", "The request rate is too high.");
      case "slow": {
        // It acts at once: a caller that gives up meanwhile has still written.
        const answer = await act();
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, fault.ms ?? 1_000);
          response.once("close", () => {
            clearTimeout(timer);
            resolve();
          });
        });
        return send(answer);
      }
      case "commit_then_drop":
        await act();
        request.socket.destroy();
        return;
      case "accept_then_lose":
        return send(
          write ? { status: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body: "{}" } : await act(),
        );
      case "malformed": {
        const answer = await act();
        return send({
          status: answer.status,
          headers: { "content-type": "application/x-amz-json-1.0" },
          body: '{"Item":',
        });
      }
    }
  };

  const door = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(`the store's door failed: ${String(error)}`);
    });
  });
  door.keepAliveTimeout = 65_000;
  await listen(door);
  await createTables(call);

  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    ledger: (incident) => readLedger(call, incident),
    close: async () => {
      const closed = new Promise<void>((resolve) => door.close(() => resolve()));
      door.closeAllConnections();
      await closed;
      await new Promise<void>((resolve, reject) => engine.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

type StoreCall = (operation: string, input: object) => Promise<Record<string, unknown>>;

async function createTables(call: StoreCall): Promise<void> {
  const key = [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ];
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });
  const { TableNames } = await call("ListTables", {});
  const existing = new Set(TableNames as string[]);
  if (!existing.has(TABLES.ledger)) {
    await call("CreateTable", {
      TableName: TABLES.ledger,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [text("pk"), text("sk")],
      KeySchema: key,
    });
  }
  if (!existing.has(TABLES.index)) {
    await call("CreateTable", {
      TableName: TABLES.index,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map(text),
      KeySchema: key,
      GlobalSecondaryIndexes: [
        {
          IndexName: "gsi1",
          KeySchema: [
            { AttributeName: "gsi1pk", KeyType: "HASH" },
            { AttributeName: "gsi1sk", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
  }
  for (const name of Object.values(TABLES)) await untilActive(call, name);
}

/** dynalite makes a table on the next turns of the event loop. */
async function untilActive(call: StoreCall, name: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { Table } = (await call("DescribeTable", { TableName: name })) as { Table: { TableStatus: string } };
    if (Table.TableStatus === "ACTIVE") return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`table ${name} did not become active within 2 s`);
}

async function readLedger(call: StoreCall, incident: string | undefined): Promise<LedgerItem[]> {
  const items: LedgerItem[] = [];
  let start: unknown;
  do {
    const page = await call(incident === undefined ? "Scan" : "Query", {
      TableName: TABLES.ledger,
      ConsistentRead: true,
      ...(incident === undefined
        ? {}
        : {
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": { S: `INC#${incident}` } },
          }),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    for (const item of page.Items as Record<keyof LedgerItem, { S?: string } | undefined>[]) {
      items.push({
        pk: item.pk?.S ?? "",
        sk: item.sk?.S ?? "",
        body: item.body?.S ?? "",
        hash: item.hash?.S ?? "",
        type: item.type?.S ?? "",
      });
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items.sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1));
}

function tableIn(body: Buffer): string {
  return /"TableName"\s*:\s*"([A-Za-z0-9_.-]{1,255})"/.exec(body.toString("utf8"))?.[1] ?? "";
}

async function readBounded(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
