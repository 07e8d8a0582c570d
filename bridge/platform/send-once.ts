import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";

export interface SendOnceRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array | undefined;
  /** One deadline over connecting, headers and body. */
  timeoutMs: number;
  /** Default 1 MiB. */
  maxResponseBytes?: number | undefined;
}

/**
 * - `answered`: the other side's whole answer, whatever its status, redirects included.
 * - `not-sent`: no byte of the request left this process; sending again is harmless.
 * - `unknown`: it may have been carried out; find out before sending again.
 */
export type SendOnceOutcome =
  | { kind: "answered"; status: number; headers: Readonly<Record<string, string>>; body: string }
  | { kind: "not-sent"; cause: Error }
  | { kind: "unknown"; cause: Error };

const DEFAULT_MAX_RESPONSE_BYTES = 1_048_576;

/**
 * Sends a request exactly once, on a connection of its own: a kept connection may be half closed already, and a client that
 * repeats by itself on one would write twice. No redirect, no repeat. Never throws for what the network does.
 */
export function sendOnce(request: SendOnceRequest): Promise<SendOnceOutcome> {
  const secure = new URL(request.url).protocol === "https:";
  const maxBytes = request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;

  return new Promise((resolve) => {
    // Node writes a request only after the connection, and with TLS its handshake, is complete.
    let mayHaveSent = false;
    let outgoing: ClientRequest | undefined;

    const settle = (outcome: SendOnceOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
      if (outcome.kind !== "answered") outgoing?.destroy();
    };
    const fail = (cause: Error) => settle(mayHaveSent ? { kind: "unknown", cause } : { kind: "not-sent", cause });
    const timer = setTimeout(
      () => fail(new Error(`no complete answer within ${request.timeoutMs} ms`)),
      Math.max(0, request.timeoutMs),
    );

    try {
      outgoing = (secure ? httpsRequest : httpRequest)(request.url, {
        method: request.method,
        headers: { ...request.headers, "content-length": String(Buffer.byteLength(request.body ?? "")) },
        agent: false,
      });
    } catch (error) {
      // A header value that cannot be written, for example: nothing was opened.
      fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }

    outgoing.on("error", fail);
    outgoing.once("socket", (socket: Socket) => {
      if (!socket.connecting) mayHaveSent = true;
      socket.once(secure ? "secureConnect" : "connect", () => {
        mayHaveSent = true;
      });
    });
    outgoing.once("response", (response) => {
      readAll(response, maxBytes).then(
        (body) => settle({ kind: "answered", status: response.statusCode ?? 0, headers: flat(response), body }),
        fail,
      );
    });
    outgoing.end(request.body);
  });
}

/** The whole body as text. Rejects when it breaks off or passes `maxBytes`. */
async function readAll(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error("the connection broke before the answer was complete");
  return Buffer.concat(chunks).toString("utf8");
}

function flat(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
