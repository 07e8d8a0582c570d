import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One outgoing request of a process, as far as a plan needs to know it. */
export interface Outgoing {
  /** Which neighbour it goes to. */
  to: string;
  method: string;
  path: string;
  /** The store's and the secrets' operation, such as `PutItem`; empty elsewhere. */
  operation: string;
  body: string;
}

export interface DeathPlan {
  /** The request at which the process dies, counted from when the plan is laid. */
  at: number;
  /** `before`: it never leaves. `after`: it is carried out and nobody hears of it. */
  when: "before" | "after";
  counts: (request: Outgoing) => boolean;
}

/** Stands between one generation of a process and all its neighbours, so that it can die between any two of its requests. */
export interface GenerationProxy {
  /** Where the process finds this neighbour. */
  url(name: string): string;
  /** Counts from here on. */
  plan(plan: DeathPlan): void;
  readonly dead: boolean;
  /** Requests counted so far. */
  readonly counted: number;
  /** What it died at. */
  readonly last: string;
  die(): void;
  close(): Promise<void>;
}

export async function startGenerationProxy(options: {
  /** Base URLs by name. */
  neighbours: Readonly<Record<string, string>>;
  /** Changes an answer on its way back: addresses of neighbours in it, for example. */
  rewrite?: (name: string, body: string, own: (name: string) => string) => string;
  /** What every neighbour's clock says: the process compares its own with them. */
  now: () => number;
  onDeath: () => void;
}): Promise<GenerationProxy> {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  let plan: DeathPlan | undefined;
  let counted = 0;
  let dead = false;
  let last = "";
  let base = "";
  const url = (name: string) => `${base}/${name}`;

  const die = () => {
    if (dead) return;
    dead = true;
    for (const socket of sockets) socket.destroy();
    agent.destroy();
    options.onDeath();
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const [, name = "", rest = ""] = /^\/([^/?]+)(.*)$/.exec(request.url ?? "") ?? [];
    const neighbour = options.neighbours[name];
    if (neighbour === undefined) throw new Error(`no neighbour ${name} for ${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (dead) return request.socket.destroy();
    const body = Buffer.concat(chunks);
    const outgoing: Outgoing = {
      to: name,
      method: request.method ?? "",
      path: rest,
      operation:
        String(request.headers["x-amz-target"] ?? "")
          .split(".")
          .at(-1) ?? "",
      body: body.toString("utf8"),
    };
    const counts = plan?.counts(outgoing) ?? false;
    if (counts) counted += 1;
    const dies = counts && counted === plan?.at;
    if (dies) last = `${plan?.when} ${name} ${outgoing.operation || `${outgoing.method} ${rest}`}`;
    if (dies && plan?.when === "before") return die();

    const target = new URL(neighbour);
    const sent = httpRequest({
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: `${target.pathname.replace(/\/$/, "")}${rest}`,
      headers: { ...request.headers, host: target.host },
      agent,
    });
    sent.on("error", () => request.socket.destroy());
    sent.on("response", (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", () => request.socket.destroy());
      answer.on("end", () => {
        if (dies) return die();
        if (dead) return request.socket.destroy();
        const raw = Buffer.concat(parts);
        const text = options.rewrite?.(name, raw.toString("utf8"), url);
        const reply = text === undefined ? raw : Buffer.from(text);
        const { "content-length": _length, "transfer-encoding": _encoding, ...headers } = answer.headers;
        const date = new Date(options.now()).toUTCString();
        response.writeHead(answer.statusCode ?? 502, { ...headers, date, "content-length": reply.length });
        response.end(reply);
      });
    });
    sent.end(body);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(String(error));
    });
  });
  server.on("connection", (socket) => {
    if (dead) socket.destroy();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    plan(next) {
      plan = next;
      counted = 0;
    },
    get dead() {
      return dead;
    },
    get counted() {
      return counted;
    },
    get last() {
      return last;
    },
    die,
    close: async () => {
      agent.destroy();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
