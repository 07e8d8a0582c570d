import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Exchange {
  request: IncomingMessage;
  body: string;
}
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json: unknown;
}

/** A server on a free port of this machine. `answer` giving nothing resets the connection, as a network does. */
export async function listen(answer: (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void (async () => {
        const given = await answer({ request, body: Buffer.concat(chunks).toString("utf8") });
        if (!given) return request.socket.destroy();
        response.writeHead(given.status ?? 200, { "content-type": "application/json", ...given.headers });
        response.end(JSON.stringify(given.json));
      })();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
