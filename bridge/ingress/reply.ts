import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface JsonReply {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** A file that is made while it is sent. */
export interface FileReply {
  file: string;
  mediaType: string;
  pieces: AsyncIterable<Uint8Array>;
}

/** One sentence of what was refused, why and what to do; `code` is for programs. */
export const problem = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): JsonReply => ({ status, body: { error: { code, message } }, headers });

/** The same bytes whatever was wrong: a signature check must not teach. */
export const UNAUTHORIZED = problem(401, "unauthorized", "The request is not signed as this endpoint demands.");

export const comeAgain = (code: string, message: string, seconds: number): JsonReply =>
  problem(503, code, message, { "retry-after": String(seconds) });

/** Sends the reply, unless an answer has begun already. */
export function sendJson(response: ServerResponse, { status, body, headers = {} }: JsonReply): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(bytes);
}

/** However slowly it is read. */
const FILE_TIMEOUT_MS = 300_000;

/**
 * Sends a file piece by piece, no faster than it is read. One that breaks off is cut, so that nobody takes it for whole.
 * @throws what broke it off
 */
export async function sendFile(response: ServerResponse, { file, mediaType, pieces }: FileReply): Promise<void> {
  response.writeHead(200, {
    "content-type": mediaType,
    "content-disposition": `attachment; filename="${file}"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.flushHeaders();
  await pipeline(Readable.from(pieces, { objectMode: false }), response, {
    signal: AbortSignal.timeout(FILE_TIMEOUT_MS),
  });
}

/** How long the rest of a refused body is thrown away, so that its sender can read why. */
const LINGER_MS = 1_000;

/**
 * Refuses a request whose body was not read to its end. What still comes is thrown away as it comes, and after a second the
 * connection is cut. Cut at once (or with `Connection: close`, which does that), the sender would meet a reset in place of
 * the answer; never cut, it could send for ever.
 */
export function refuseUnread(request: IncomingMessage, response: ServerResponse, reply: JsonReply): void {
  sendJson(response, reply);
  if (request.readableEnded || request.destroyed) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once("close", () => clearTimeout(timer));
}
