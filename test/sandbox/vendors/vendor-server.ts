import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, FaultBoard, FaultTarget } from "../faults.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_LOGGED_REQUESTS = 500;

/** One request as the vendor saw it. Credentials are left out: the log is shown to people. */
export interface VendorRequest {
  /** Epoch milliseconds. */
  at: number;
  vendor: string;
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  /** 0 when the connection was cut instead of an answer. */
  status: number;
  fault?: string;
}

/** A running simulator. `state` is plain JSON and live: it is what the next request meets. */
export interface Vendor<State> {
  readonly name: string;
  /** Base URL without a trailing slash, including the path the vendor's API hangs below. */
  readonly url: string;
  readonly state: State;
  /** The newest 500 requests, oldest first. */
  readonly requests: readonly VendorRequest[];
  close(): Promise<void>;
}

export interface VendorOptions<State> {
  faults: FaultBoard;
  /** Continues from an earlier `state` instead of the sandbox's opening one. */
  state?: State | undefined;
  onRequest?: ((request: VendorRequest) => void) | undefined;
  /** Epoch milliseconds; the machine's clock when absent. */
  now?: (() => number) | undefined;
}

export interface Call {
  method: string;
  /** Below the base path. */
  path: string;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** Parsed JSON; `undefined` when there is none or it does not parse. */
  body: unknown;
  now: number;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON, a string as it is, `undefined` as an empty body. */
  body?: unknown;
}

export interface Route {
  method: string;
  /** `:name` matches one segment. */
  path: string;
  /** The query parameters this call may carry. */
  query?: readonly string[];
  handle(call: Call): Reply;
}

export interface VendorDefinition<State> {
  name: string;
  target?: FaultTarget;
  /** Path below which the vendor's API lives, such as `/v1`. */
  basePath?: string;
  state: State;
  routes: readonly Route[];
  /** Runs before the route: authentication and organic limits. A reply ends the request. */
  before?(call: Call): Reply | undefined;
  /** The vendor's own form of "too many requests". */
  rateLimited(fault: Fault | undefined, call: Call): Reply;
  /** The vendor's own form of a failure with this status. */
  failed(status: number): Reply;
  contentType?: string;
  /** What a fault's `match` is compared with, where method and path do not tell calls apart. */
  describe?(call: Call): string;
  /** What the request log keeps of the body; all of it when absent. */
  loggedBody?(call: Call): unknown;
}

/** Thrown by a route for something real vendors accept and this simulator does not know: answered 501, so it cannot hide. */
export class NotSimulated extends Error {
  override readonly name = "NotSimulated";
}

/** Refuses fields outside `known` loudly. */
export function onlyFields(value: unknown, known: readonly string[], where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NotSimulated(`${where} is not an object`);
  }
  const extra = Object.keys(value).filter((key) => !known.includes(key));
  if (extra.length > 0) throw new NotSimulated(`unexpected field ${extra.join(", ")} in ${where}`);
  return value as Record<string, unknown>;
}

/**
 * Serves one vendor on 127.0.0.1. Routes are synchronous, so that a fault can undo what a route did before anybody sees it.
 * The fault board is asked exactly once a request, before anything happens.
 */
export async function startVendor<State extends object>(
  definition: VendorDefinition<State>,
  { faults, onRequest, now = Date.now }: Omit<VendorOptions<State>, "state">,
): Promise<Vendor<State>> {
  const { state, basePath = "" } = definition;
  const requests: VendorRequest[] = [];
  const delays = new Set<NodeJS.Timeout>();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://vendor");
    const rawBody = await readBounded(request);
    const method = request.method ?? "GET";
    const path = decodeURIComponent(url.pathname);
    const call: Call = {
      method,
      path: path.startsWith(basePath) ? path.slice(basePath.length) : path,
      params: {},
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      rawBody: rawBody ?? Buffer.alloc(0),
      body: parseJson(rawBody),
      now: now(),
    };
    const described = definition.describe?.(call) ?? `${method} ${path}`;
    const fault = definition.target ? faults.take(definition.target, described) : undefined;

    const record = (status: number) => {
      const entry: VendorRequest = {
        at: call.now,
        vendor: definition.name,
        method,
        path: described === `${method} ${path}` ? path : `${path} ${described}`,
        query: call.query,
        body: definition.loggedBody ? definition.loggedBody(call) : (call.body ?? textOf(call.rawBody)),
        status,
        ...(fault ? { fault: fault.kind } : {}),
      };
      requests.push(entry);
      if (requests.length > MAX_LOGGED_REQUESTS) requests.shift();
      onRequest?.(entry);
    };
    const cut = () => {
      record(0);
      request.socket.destroy();
    };
    const act = (): Reply => {
      if (rawBody === undefined) return { status: 413, body: { message: "body is larger than 1 MiB" } };
      if (!path.startsWith(basePath)) return notSimulated(method, path, "no such route");
      const early = definition.before?.(call);
      if (early) return early;
      try {
        return dispatch(definition.routes, call, path);
      } catch (error) {
        if (error instanceof NotSimulated) return notSimulated(method, path, error.message);
        throw error;
      }
    };
    const answer = (reply: Reply, bytes = bodyOf(reply)) => {
      record(reply.status);
      response.writeHead(reply.status, {
        "content-type": definition.contentType ?? "application/json",
        "content-length": Buffer.byteLength(bytes),
        ...reply.headers,
      });
      response.end(bytes);
    };

    switch (fault?.kind) {
      case undefined:
        return answer(act());
      case "down":
        return cut();
      case "error":
        return answer(definition.failed(fault.status ?? 500));
      case "rate_limit":
        return answer(definition.rateLimited(fault, call));
      case "slow": {
        // It acts at once: a caller that gives up meanwhile has still done it.
        const reply = act();
        await new Promise<void>((resolve) => {
          const timer = setTimeout(() => {
            delays.delete(timer);
            resolve();
          }, fault.ms ?? 1_000);
          delays.add(timer);
          response.once("close", resolve);
        });
        return response.destroyed ? record(0) : answer(reply);
      }
      case "commit_then_drop":
        act();
        return cut();
      case "accept_then_lose": {
        const before = structuredClone(state);
        const reply = act();
        for (const key of Object.keys(state)) Reflect.deleteProperty(state, key);
        Object.assign(state, before);
        return answer(reply);
      }
      case "malformed": {
        const reply = act();
        return answer(reply, bodyOf(reply).slice(0, 20).replace(/[}\]]/g, "") || "{");
      }
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A bug of the simulator must fail the test that met it, with its own words.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`simulator ${definition.name} failed: ${text}`);
    });
  });
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    name: definition.name,
    url: `http://127.0.0.1:${port}${basePath}`,
    state,
    requests,
    close: async () => {
      for (const timer of delays) clearTimeout(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function dispatch(routes: readonly Route[], call: Call, fullPath: string): Reply {
  for (const route of routes) {
    const params = route.method === call.method ? matchPath(route.path, call.path) : undefined;
    if (!params) continue;
    const extra = Object.keys(call.query).filter((name) => !route.query?.includes(name));
    if (extra.length > 0) return notSimulated(call.method, fullPath, `unexpected query parameter ${extra.join(", ")}`);
    return route.handle({ ...call, params });
  }
  return notSimulated(call.method, fullPath, "no such route");
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const actual = given[index] ?? "";
    if (segment.startsWith(":")) {
      if (actual === "") return undefined;
      params[segment.slice(1)] = actual;
    } else if (segment !== actual) return undefined;
  }
  return params;
}

const notSimulated = (method: string, path: string, why: string): Reply => ({
  status: 501,
  body: { message: `not simulated: ${method} ${path}: ${why}` },
});

function bodyOf({ body }: Reply): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

async function readBounded(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

const textOf = (raw: Buffer): string | undefined => (raw.length > 0 ? raw.toString("utf8") : undefined);

function parseJson(raw: Buffer | undefined): unknown {
  if (!raw || raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    return undefined;
  }
}
