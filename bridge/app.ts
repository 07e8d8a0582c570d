import type { Express, NextFunction, Request, RequestHandler, Response } from "express";
import { admit } from "./ingress/admit.ts";
import type { AlertFact } from "./ingress/alert-fact.ts";
import type { Authenticate, Reader } from "./ingress/authenticate.ts";
import { createAuthenticators } from "./ingress/authenticators.ts";
import { bareExpress } from "./ingress/bare-express.ts";
import { readBodyText } from "./ingress/body-text.ts";
import { boundedWork } from "./ingress/bounded-work.ts";
import type { DeadLetters } from "./ingress/dead-letters.ts";
import type { HealthReport } from "./ingress/health.ts";
import type { Inbox } from "./ingress/inbox.ts";
import { failed, notFound } from "./ingress/last-resort.ts";
import { parseJson } from "./ingress/read-webhook-body.ts";
import { receiveWebhook } from "./ingress/receive-webhook.ts";
import { type FileReply, type JsonReply, problem, sendFile, sendJson } from "./ingress/reply.ts";
import type { SchemaRefusals } from "./ingress/schema-refusals.ts";
import { overTls, type Transport } from "./ingress/transport.ts";
import { withinTime } from "./ingress/within-time.ts";
import type { Clock, Instant } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Logger } from "./platform/logger.ts";
import type { Secrets } from "./platform/secrets.ts";
import type { Counter, Metrics } from "./platform/telemetry/metrics.ts";
import { noTracing, type Tracing } from "./platform/telemetry/tracing.ts";
import { type HandlerKey, type Listener, ROUTES, type Route } from "./routes.ts";

/** A verified call of the hosted functions. */
export interface SignedCall {
  /** The exact text that was signed. */
  rawBody: string;
  json: unknown;
  params: Readonly<Record<string, string>>;
  receivedAt: Instant;
  /** Aborted when the route's time is over or the caller has gone. */
  signal: AbortSignal;
}

export type SignedHandler = (call: SignedCall) => Promise<JsonReply>;

/** A call of somebody who may read the audit. */
export interface ReaderCall {
  reader: Reader;
  query: URLSearchParams;
  signal: AbortSignal;
}

export type ReaderHandler<Reply = JsonReply> = (call: ReaderCall) => Promise<Reply>;

/** What the composition root supplies; the rest of the table is answered by the ingress itself. */
export interface Handlers {
  commands: SignedHandler;
  queries: SignedHandler;
  claimOutbox: SignedHandler;
  reportOutbox: SignedHandler;
  verifyAudit: ReaderHandler;
  listControls: ReaderHandler;
  exportIncident: ReaderHandler<JsonReply | FileReply>;
  /** Both `/slack` routes, after our own signature check; finds the verified bytes in `request.rawBody`. */
  slack: RequestHandler;
}

export interface ReadyReport {
  ready: boolean;
  /** What cannot be reached, by name. */
  unreachable: readonly string[];
}

export interface AppDeps {
  config: Pick<Config, "ONCALL_SCHEME" | "ALERTING_TIMESTAMP_HEADER">;
  secrets: Secrets;
  inbox: Inbox;
  deadLetters: DeadLetters;
  refusals: SchemaRefusals;
  clock: Clock;
  log: Logger;
  transport: Transport;
  metrics: Metrics;
  /** Default: none. */
  tracing?: Tracing | undefined;
  health: () => HealthReport | Promise<HealthReport>;
  ready: () => ReadyReport | Promise<ReadyReport>;
  /** Told of every newly stored alert, so that intake need not wait for its next sweep. */
  onAlertStored?: ((fact: AlertFact) => void) | undefined;
}

/** A request as the ingress hands it to a route's work: bytes read and, where the route demands it, verified. */
interface Arrived {
  request: Request;
  rawBody: Buffer;
  reader: Reader | undefined;
  signal: AbortSignal;
  receivedAt: Instant;
}
type Work = (arrived: Arrived) => Promise<JsonReply | FileReply>;

/** Both listeners' apps, built from `ROUTES`: what is not in that table does not exist. */
export function createApps({ handlers, deps }: { handlers: Handlers; deps: AppDeps }): {
  public: Express;
  internal: Express;
} {
  const authenticators = createAuthenticators(deps.config, deps);
  const works = worksOf(handlers, deps);
  const { tracing = noTracing } = deps;
  const answered = deps.metrics.counter("ic_http_answers_total", "Answers by route and status.");
  // A series that begins at one was never seen to grow: a rule on its increase would sleep through the first time.
  for (const { path } of ROUTES)
    for (const status of ["400", "401", "403", "500", "503"]) answered.add({ route: path, status }, 0);

  const build = (listener: Listener): Express => {
    const app = bareExpress();
    const routes = ROUTES.filter((route) => route.listener === listener);
    for (const route of routes) {
      const authenticate = route.auth === "none" ? undefined : authenticators[route.auth];
      const chain =
        route.handler === "slack" ? slackChain(route, handlers.slack) : jsonChain(route, works[route.handler]);
      const verb = route.method === "GET" ? "get" : "post";
      const door = overTls(route, deps.transport, deps.log);
      app[verb](route.path, counted(route, answered), door, (request, response, next) =>
        tracing.within(
          { name: `${route.method} ${route.path}`, kind: "server", caller: callerOf(route, request) },
          () => chain({ ...deps, authenticate }, request, response, next),
        ),
      );
    }
    app.use(notFound(routes));
    app.use(failed(deps.log));
    return app;
  };
  return { public: build("public"), internal: build("internal") };
}

function worksOf(handlers: Handlers, deps: AppDeps): Record<Exclude<HandlerKey, "slack">, Work> {
  const webhook = (endpoint: "oncall" | "alerting"): Work => {
    const receive = boundedWork(receiveWebhook({ ...deps, endpoint, onStored: deps.onAlertStored ?? (() => {}) }));
    return ({ rawBody }) => receive(rawBody);
  };
  return {
    alertingWebhook: webhook("alerting"),
    oncallWebhook: webhook("oncall"),
    commands: signed(handlers.commands),
    queries: signed(handlers.queries),
    claimOutbox: signed(handlers.claimOutbox),
    reportOutbox: signed(handlers.reportOutbox),
    verifyAudit: read(handlers.verifyAudit),
    listControls: read(handlers.listControls),
    exportIncident: read(handlers.exportIncident),
    // Of the address only the incident is asked for; the rest has proven who may.
    exportLinked: read(({ query, ...call }) =>
      handlers.exportIncident({ ...call, query: new URLSearchParams({ incident: query.get("incident") ?? "" }) }),
    ),
    health: async () => ({ status: 200, body: await deps.health() }),
    ready: async () => {
      const report = await deps.ready();
      return { status: report.ready ? 200 : 503, body: report };
    },
    metrics: async () => ({ status: 200, body: await deps.metrics.render() }),
    listDeadLetters: async () => ({ status: 200, body: { deadLetters: await deps.deadLetters.list(100) } }),
    replayDeadLetter: async ({ request }) => {
      const outcome = await deps.deadLetters.replay(String(request.params.id));
      const status = {
        stored: 200,
        duplicate: 200,
        "unknown-letter": 404,
        "body-truncated": 409,
        "still-unreadable": 409,
      };
      return { status: status[outcome.kind], body: outcome };
    },
  };
}

/** The hosted functions always send JSON. */
const signed =
  (handle: SignedHandler): Work =>
  async ({ request, rawBody, signal, receivedAt }) => {
    const body = readBodyText(rawBody) ?? "";
    const json = parseJson(body);
    if (!json) return problem(400, "not-json", "The body is not JSON; send one JSON object.");
    const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
    return handle({ rawBody: body, json: json.value, params, receivedAt, signal });
  };

/** The scope is asked for here and not by the token's check: whoever is known may be told what is missing. */
const read =
  (handle: ReaderHandler<JsonReply | FileReply>): Work =>
  async ({ request, reader, signal }) => {
    if (!reader?.scopes.includes("audit:read"))
      return problem(403, "scope-missing", "This token may not read the audit; it needs the scope audit:read.");
    return handle({ reader, query: new URL(request.originalUrl, "http://internal").searchParams, signal });
  };

type ChainDeps = AppDeps & { authenticate: Authenticate | undefined };
type Chain = (deps: ChainDeps, request: Request, response: Response, next: NextFunction) => Promise<void>;

/** Reads, verifies, works and answers, all within the route's time. */
const jsonChain =
  (route: Route, work: Work): Chain =>
  async (deps, request, response) => {
    const receivedAt = deps.clock.now();
    const ending = new AbortController();
    // Most connections close because all was said: nothing to stop then.
    response.once("close", () => {
      if (!response.writableFinished) ending.abort();
    });

    const answer = async (): Promise<JsonReply | FileReply | "answered"> => {
      const admitted = await admit(route, request, response, deps);
      if (admitted === "refused") return "answered";
      return work({ request, ...admitted, signal: ending.signal, receivedAt });
    };
    const reply = await withinTime(answer(), route, ending, deps.log);
    if (reply === "answered") return;
    if ("file" in reply) await sendFile(response, reply);
    else sendReply(response, route, reply);
  };

/** Reads and verifies, then hands over to Bolt, which answers by itself. */
const slackChain =
  (route: Route, handle: RequestHandler): Chain =>
  async (deps, request, response, next) => {
    const admitted = await admit(route, request, response, deps);
    if (admitted === "refused") return;
    Object.assign(request, { rawBody: admitted.rawBody });
    await handle(request, response, next);
  };

/** Prometheus reads text; everybody else reads JSON. */
function sendReply(response: Response, route: Route, reply: JsonReply): void {
  if (route.handler === "metrics" && typeof reply.body === "string") {
    response.status(reply.status).type("text/plain; version=0.0.4").send(reply.body);
    return;
  }
  sendJson(response, reply);
}

/** Only our own functions have a trace worth continuing; what others send is not looked at. */
const callerOf = (route: Route, request: Request): string | undefined =>
  route.auth === "signed-functions" ? request.get("traceparent") : undefined;

const counted =
  (route: Route, answered: Counter): RequestHandler =>
  (_request, response, next) => {
    response.once("finish", () => answered.add({ route: route.path, status: String(response.statusCode) }));
    next();
  };
