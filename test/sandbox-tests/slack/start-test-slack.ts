import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from "../../sandbox/slack/local-slack.ts";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const COMPANION_TOKEN = "xoxb-test-companion";
export const SIGNING_SECRET = "test-signing-secret";

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of the Web API are read by the tests as they are
  body: any;
}

/** A bridge that answers what a test tells it to. */
export interface TestBridge {
  url: string;
  answers: Record<
    string,
    (body: string) => string | Promise<string> | { status?: number; type?: string; body: string }
  >;
  received: { path: string; headers: Record<string, unknown>; body: string }[];
}

export interface TestSlack extends AsyncDisposable {
  slack: LocalSlack;
  faults: FaultBoard;
  bridge: TestBridge;
  logs: string[];
  /** A Web API call with the companion's token, or with `token`. */
  api(method: string, fields?: Record<string, unknown>, token?: string): Promise<Reply>;
  ring(body: unknown, name?: string): Promise<Reply>;
  /** Waits until `probe` has an answer; asked after every change of Slack. */
  until<T>(probe: () => T | undefined | false): Promise<T>;
  /** Starts an execution that stays open and returns its token, to call the Web API as the hosted app. */
  hostedToken(): Promise<string>;
}

export async function startTestSlack(options: Partial<LocalSlackOptions> = {}): Promise<TestSlack> {
  const faults = new FaultBoard();
  const logs: string[] = [];
  const bridge: TestBridge = { url: "", answers: {}, received: [] };
  const server = await startBridge(bridge);
  const slack = await startLocalSlack({
    root: ROOT,
    manifestPath: "test/sandbox-tests/slack/app/manifest.ts",
    triggersDir: "test/sandbox-tests/slack/app/triggers",
    env: { BRIDGE_BASE_URL: bridge.url },
    faults,
    companion: {
      commandsUrl: () => `${bridge.url}/slack/commands`,
      interactionsUrl: () => `${bridge.url}/slack/interactions`,
      signingSecret: SIGNING_SECRET,
      botToken: COMPANION_TOKEN,
    },
    log: (line) => logs.push(line),
    ...options,
  });

  const until: TestSlack["until"] = (probe) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => finish(() => reject(new Error(`never happened: ${probe}; log: ${logs.join(" | ")}`))),
        10_000,
      );
      const finish = (then: () => void) => {
        clearTimeout(timer);
        unsubscribe();
        then();
      };
      const ask = () => {
        const value = probe();
        if (value !== undefined && value !== false) finish(() => resolve(value));
      };
      const unsubscribe = slack.onChange(ask);
      ask();
    });

  const api: TestSlack["api"] = async (method, fields = {}, token = COMPANION_TOKEN) => {
    const reply = await fetch(`${slack.apiUrl}${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(fields),
    });
    return readReply(reply);
  };

  const ring: TestSlack["ring"] = async (body, name = "doorbell") =>
    readReply(
      await fetch(slack.triggers.webhooks[name] ?? "", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );

  return {
    slack,
    faults,
    bridge,
    logs,
    api,
    ring,
    until,
    hostedToken: async () => {
      const before = new Set(slack.snapshot().executions.map((one) => one.id));
      await ring({ reason: "card" });
      const { id } = await until(() =>
        slack.snapshot().executions.find((one) => !before.has(one.id) && one.status === "open"),
      );
      const state = slack.dump() as { executions: { id: string; token: string }[] };
      return state.executions.find((one) => one.id === id)?.token ?? "";
    },
    [Symbol.asyncDispose]: async () => {
      await slack.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readReply(reply: Response): Promise<Reply> {
  const text = await reply.text();
  return {
    status: reply.status,
    headers: reply.headers,
    body: reply.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text,
  };
}

async function startBridge(bridge: TestBridge): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString("utf8");
      const path = request.url ?? "";
      bridge.received.push({ path, headers: request.headers, body });
      const answer = await bridge.answers[path]?.(body);
      const {
        status = 200,
        type = "text/plain",
        body: text,
      } = typeof answer === "string" ? { body: answer } : (answer ?? { status: 404, body: `no answer for ${path}` });
      response.writeHead(status, { "content-type": type }).end(text);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  bridge.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
}
