import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Response } from "express";
import { consoleRouter } from "../../sandbox/console/serve-console.ts";
import { fakeLedger, fakeWorld } from "./fake-world.ts";

export interface ControlCall {
  path: string;
  body: Record<string, unknown>;
}

/** What the fake answers to a call; `undefined` falls through to `{ok: true}`. It may change the world. */
type Answers = (call: ControlCall) => Record<string, unknown> | undefined;

export interface FakeControl extends AsyncDisposable {
  url: string;
  world: ReturnType<typeof fakeWorld>;
  ledger: ReturnType<typeof fakeLedger>;
  /** Every wish the page sent, in order. */
  calls: ControlCall[];
  /** Tells the page that the world changed. */
  changed(): void;
  /** Ends the pushed connections and refuses new ones: the page must poll. */
  stopPushing(): void;
}

const POSTS = new Set(
  ["alerts", "faults", "bridge", "reset"]
    .concat(
      ["run", "click", "submit", "close", "command", "message", "react", "pin", "join", "fire"].map(
        (n) => `slack/${n}`,
      ),
    )
    .map((name) => `/world/${name}`),
);

let consolePages: ReturnType<typeof consoleRouter> | undefined;

/** The real console before a control interface that records what it is asked. A call outside the contract answers 501. */
export async function startFakeControl(answers: Answers = () => undefined): Promise<FakeControl> {
  const world = fakeWorld();
  const ledger = fakeLedger();
  const calls: ControlCall[] = [];
  const listeners = new Set<Response>();
  let pushing = true;
  const changed = () => {
    for (const listener of listeners) listener.write("event: change\ndata: {}\n\n");
  };

  const app = express();
  // Bundled once for all tests of a file: the pages do not depend on the world.
  consolePages ??= consoleRouter();
  app.use(await consolePages);
  app.get("/world", (_request, response) => void response.json(world));
  app.get("/world/ledger", (request, response) => {
    response.json({ items: ledger.filter(({ pk }) => pk === `INC#${request.query.incident}`) });
  });
  app.get("/world/events", (_request, response) => {
    if (!pushing) return void response.status(503).end();
    response.set({ "content-type": "text/event-stream", "cache-control": "no-store" }).flushHeaders();
    listeners.add(response);
    response.on("close", () => listeners.delete(response));
  });
  app.post("/world/{*rest}", express.json(), (request, response) => {
    const call = { path: request.path, body: request.body as Record<string, unknown> };
    if (!POSTS.has(call.path)) return void response.status(501).json({ ok: false, error: `no such call ${call.path}` });
    calls.push(call);
    response.json(answers(call) ?? { ok: true });
    changed();
  });

  app.delete("/world/faults", (request, response) => {
    calls.push({ path: `DELETE ${request.path}`, body: {} });
    world.faults = [];
    response.json({ ok: true, faults: [] });
    changed();
  });

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    ledger,
    calls,
    changed,
    stopPushing() {
      pushing = false;
      for (const listener of listeners) listener.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) listener.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
