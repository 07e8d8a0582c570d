/** Who may call. Each endpoint has one way to authenticate, pinned here and by configuration. */
export type RouteAuth =
  | "oncall-webhook"
  | "alerting-webhook"
  | "signed-functions"
  | "slack"
  | "audit-reader"
  | "bundle-link"
  | "none";

export type Listener = "public" | "internal";

export interface Route {
  method: "GET" | "POST";
  path: string;
  listener: Listener;
  auth: RouteAuth;
  /** Bytes; a longer body is refused unread. 0: the route takes none. */
  bodyLimit: number;
  /** Bounds reading the body and, apart from `/slack`, the work of the handler. */
  timeoutMs: number;
  handler: HandlerKey;
}

export type HandlerKey =
  | "health"
  | "ready"
  | "metrics"
  | "alertingWebhook"
  | "oncallWebhook"
  | "commands"
  | "queries"
  | "claimOutbox"
  | "reportOutbox"
  | "slack"
  | "listDeadLetters"
  | "replayDeadLetter"
  | "verifyAudit"
  | "listControls"
  | "exportIncident"
  | "exportLinked";

const MB = 1_048_576;
const KB = 1_024;

/** Every route of both listeners. The apps are built from this table and from nothing else. */
export const ROUTES: readonly Route[] = [
  open("GET", "/health", "public", "health", 2_000),
  // OnCall waits 4 s for an answer, and does not repeat a call that got one.
  webhook("/webhooks/grafana-alerting", "alerting-webhook", "alertingWebhook"),
  webhook("/webhooks/grafana-oncall", "oncall-webhook", "oncallWebhook"),
  functions("/v1/commands", "commands", 10_000),
  functions("/v1/queries", "queries", 10_000),
  // Holds the line until there is work: CLAIM_WAIT_MS and the claim itself.
  functions("/v1/outbox/claim", "claimOutbox", 20_000),
  functions("/v1/outbox/:effectId/done", "reportOutbox", 10_000),
  slack("/slack/commands"),
  slack("/slack/interactions"),
  open("GET", "/ready", "internal", "ready", 5_000),
  open("GET", "/metrics", "internal", "metrics", 2_000),
  open("GET", "/dead-letters", "internal", "listDeadLetters", 5_000),
  open("POST", "/dead-letters/:id/replay", "internal", "replayDeadLetter", 5_000),
  // A live look walks every entry there is.
  audited("/audit/verify", "verifyAudit", 60_000),
  audited("/compliance/controls", "listControls", 5_000),
  // Until it begins to be sent: the checkpoint before it, and the whole log.
  audited("/audit/bundle", "exportIncident", 30_000),
  // For a browser: what `/incident-response audit` gives the commander.
  {
    method: "GET",
    path: "/audit/bundle-link",
    listener: "public",
    auth: "bundle-link",
    bodyLimit: 0,
    timeoutMs: 30_000,
    handler: "exportLinked",
  },
];

function open(
  method: Route["method"],
  path: string,
  listener: Listener,
  handler: HandlerKey,
  timeoutMs: number,
): Route {
  return { method, path, listener, auth: "none", bodyLimit: 0, timeoutMs, handler };
}

/** For readers of the audit, who are told apart and counted. */
function audited(path: string, handler: HandlerKey, timeoutMs: number): Route {
  return { method: "GET", path, listener: "internal", auth: "audit-reader", bodyLimit: 0, timeoutMs, handler };
}

function webhook(path: string, auth: RouteAuth, handler: HandlerKey): Route {
  return { method: "POST", path, listener: "public", auth, bodyLimit: MB, timeoutMs: 3_500, handler };
}

function functions(path: string, handler: HandlerKey, timeoutMs: number): Route {
  return {
    method: "POST",
    path,
    listener: "public",
    auth: "signed-functions",
    bodyLimit: 256 * KB,
    timeoutMs,
    handler,
  };
}

/** Slack waits 3 s; the handler acknowledges by itself and may go on afterwards. */
function slack(path: string): Route {
  return { method: "POST", path, listener: "public", auth: "slack", bodyLimit: MB, timeoutMs: 2_500, handler: "slack" };
}
