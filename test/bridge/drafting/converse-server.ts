import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface ConverseBody {
  system: unknown[];
  messages: { role: string; content: { text: string }[] }[];
  inferenceConfig: unknown;
}

export interface ConverseServer {
  url: string;
  calls: { path: string; raw: string; body: ConverseBody }[];
  answerWith(text: string, options?: { stopReason?: string; reasoning?: string }): void;
  failWith(status: number, type: string): void;
  /** Takes requests and never answers. */
  hang(): void;
  close(): Promise<void>;
}

/** A Converse endpoint over HTTP/1.1 that answers what a test tells it to, in Bedrock's wire form. */
export async function startConverseServer(): Promise<ConverseServer> {
  const calls: ConverseServer["calls"] = [];
  let respond = (response: ServerResponse): void => {
    response.writeHead(500).end("the test did not say what to answer");
  };
  const json = (status: number, body: unknown, headers = {}) => {
    respond = (response) =>
      void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      calls.push({ path: request.url ?? "", raw, body: JSON.parse(raw) as ConverseBody });
      respond(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    answerWith(text, { stopReason = "end_turn", reasoning } = {}) {
      json(200, {
        output: {
          message: {
            role: "assistant",
            content: [
              ...(reasoning === undefined
                ? []
                : [{ reasoningContent: { reasoningText: { text: reasoning, signature: "s" } } }]),
              ...(text === "" ? [] : [{ text }]),
            ],
          },
        },
        stopReason,
        usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
        metrics: { latencyMs: 1 },
      });
    },
    failWith: (status, type) => json(status, { message: "as told" }, { "x-amzn-errortype": type }),
    hang() {
      respond = () => {};
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
