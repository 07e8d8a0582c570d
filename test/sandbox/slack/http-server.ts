import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isObject } from "./block-check.ts";
import { MAX_BODY_BYTES } from "./limits.ts";
import type { Json } from "./state.ts";

export interface Request {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What is sent back; `drop` cuts the connection instead. */
export type Reply = { status: number; json?: unknown; text?: string; headers?: Record<string, string> } | "drop";

export class UnreadableBodyError extends Error {
  override readonly name = "UnreadableBodyError";
}

/** Fields of a form or JSON body and of the query. @throws UnreadableBodyError */
export function readFields({ url, headers, body }: Request): Json {
  const query = Object.fromEntries(url.searchParams);
  if (body === "") return query;
  if (!headers["content-type"]?.includes("application/json"))
    return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new UnreadableBodyError("the body is not JSON", { cause });
  }
  if (!isObject(parsed)) throw new UnreadableBodyError("the body is not a JSON object");
  return { ...query, ...parsed };
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === "drop") {
    response.socket?.destroy();
    return;
  }
  const text = reply.text ?? JSON.stringify(reply.json ?? {});
  const type = reply.text === undefined ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
  response.writeHead(reply.status, { "content-type": type, ...reply.headers }).end(text);
}

/** One HTTP server, listening. A handler that throws is a bug of the simulator: 500 with its message, logged. */
export async function listen(
  host: string,
  port: number,
  handle: (request: Request) => Promise<Reply>,
  log: (line: string) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const body = await readBody(incoming);
      const url = new URL(incoming.url ?? "/", "http://local-slack");
      const reply: Reply =
        body === undefined
          ? { status: 413, json: { ok: false, error: "request_too_large" }, headers: { connection: "close" } }
          : await handle({ method: incoming.method ?? "GET", url, headers: incoming.headers, body });
      send(response, reply);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log(`${incoming.method} ${incoming.url} broke the simulator: ${message}`);
      if (!response.headersSent)
        send(response, { status: 500, json: { ok: false, error: "fatal_error", detail: message } });
    }
  };
  const server: Server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
