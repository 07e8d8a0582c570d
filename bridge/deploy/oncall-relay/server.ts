import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readRawBody } from "../../ingress/raw-body.ts";
import { problem, refuseUnread, sendJson } from "../../ingress/reply.ts";
import { createRelay, type RelayOptions } from "./relay.ts";

export interface RelayServerOptions extends RelayOptions {
  /** 0 or absent: any free port. */
  port?: number;
  host?: string;
}

export interface RunningRelay {
  url: string;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** Longer than the 4 s OnCall waits, so that it is OnCall that gives up: after a timeout it calls again three times. */
const HANG_MS = 8_000;

/** The relay as a server of its own. Every POST, whatever its path, is an OnCall webhook. */
export async function startRelay(options: RelayServerOptions): Promise<RunningRelay> {
  const relay = createRelay(options);
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") {
      refuseUnread(request, response, problem(405, "method-not-allowed", "Use POST here.", { allow: "POST" }));
      return;
    }
    const read = await readRawBody(request, { limitBytes: BODY_LIMIT_BYTES, timeoutMs: 3_000 });
    if (read.kind === "broken-off") return;
    if (read.kind !== "read") {
      refuseUnread(request, response, problem(413, "body-refused", "The body is too long or too slow."));
      return;
    }
    const status = await relay(read.body, request.headers.authorization);
    if (status !== "no-answer") {
      sendJson(response, { status, body: { ok: status < 300 } });
      return;
    }
    const timer = setTimeout(() => request.destroy(), HANG_MS);
    response.once("close", () => clearTimeout(timer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
