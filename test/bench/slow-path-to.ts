import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** One HTTP call as seen from its middle; times are epoch milliseconds. */
export interface SeenCall {
  name: string;
  startedAt: number;
  endedAt: number;
}

export interface SlowPath {
  url: string;
  calls: readonly SeenCall[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Passes every call on to `port` of this machine `delayMs` later and notes when it came and when it was answered. */
export async function slowPathTo(port: number, delayMs: number): Promise<SlowPath> {
  const calls: SeenCall[] = [];
  const server = createServer((incoming, reply) => {
    const startedAt = Date.now();
    reply.once("finish", () => calls.push({ name: incoming.url ?? "", startedAt, endedAt: Date.now() }));
    const { method, url, headers } = incoming;
    setTimeout(() => {
      const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
      });
      // The caller sees a cut connection, as it would without us.
      onward.once("error", () => reply.destroy());
      incoming.pipe(onward);
    }, delayMs);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
