import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface RunningListener {
  port: number;
  /** Takes no new connections, waits up to `graceMs` for answers under way, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
/** A whole request, body included. Each route has a shorter bound of its own. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time of common load balancers (60 s): the side that sends closes first. */
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 2_000;
const CLOSE_IDLE_EVERY_MS = 50;

/** Serves `app`; port 0 takes any free one. Rejects when the port is taken. */
export function startListener(app: RequestListener, port: number, host?: string): Promise<RunningListener> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    app,
  );
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: (graceMs) =>
          new Promise((closed) => {
            const timer = setTimeout(() => server.closeAllConnections(), graceMs);
            // A connection that was busy at the close is kept for another request once it is answered, and none may come.
            const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
            server.close(() => {
              clearTimeout(timer);
              clearInterval(idle);
              closed();
            });
            server.closeIdleConnections();
          }),
      });
    });
  });
}
