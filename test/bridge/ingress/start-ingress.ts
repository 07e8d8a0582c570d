import { createHmac } from "node:crypto";
import type { RequestHandler } from "express";
import { createApps, type Handlers, type ReadyReport, type SignedCall } from "../../../bridge/app.ts";
import type { AlertFact } from "../../../bridge/ingress/alert-fact.ts";
import { createDeadLetters } from "../../../bridge/ingress/dead-letters.ts";
import { createHealth } from "../../../bridge/ingress/health.ts";
import { createInbox } from "../../../bridge/ingress/inbox.ts";
import { createSchemaRefusals } from "../../../bridge/ingress/schema-refusals.ts";
import { createTransport } from "../../../bridge/ingress/transport.ts";
import type { Config } from "../../../bridge/platform/config.ts";
import { startListener } from "../../../bridge/platform/listener.ts";
import { createLogger } from "../../../bridge/platform/logger.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { signRequest } from "../../../shared/signing.ts";
import { INDEX_TABLE, startDynalite } from "../../support/dynalite.ts";
import { startLocalSecrets } from "../../support/local-secrets.ts";
import { woundClock } from "../../support/wound-clock.ts";

export const SECRETS = {
  "oncall-webhook": "oncall-webhook-secret-for-tests-0001",
  "alerting-webhook": "alerting-webhook-secret-for-tests-01",
  "slack-functions": "slack-functions-secret-for-tests-001",
  "slack-companion": JSON.stringify({ signing_secret: "slack-signing-secret-for-tests-00001", bot_token: "xoxb-test" }),
  "audit-readers": JSON.stringify({
    readers: [{ name: "auditor", token: "audit-reader-token-for-tests-000001", scopes: ["audit:read"] }],
  }),
};

export interface IngressOptions {
  oncallScheme?: Config["ONCALL_SCHEME"];
  commands?: (call: SignedCall) => Promise<{ status: number; body: unknown }>;
  slack?: RequestHandler;
  sweepSilent?: () => boolean;
  reconciled?: () => { at: number; failed: string | undefined } | undefined;
  ready?: () => ReadyReport;
  exportIncident?: Handlers["exportIncident"];
  transport?: Parameters<typeof createTransport>[0];
}

/** The real apps on real listeners, over a real store and the wire protocol of Secrets Manager. */
export async function startIngress(options: IngressOptions = {}) {
  const clock = woundClock();
  const store = await startDynalite();
  const local = await startLocalSecrets({ clock, values: SECRETS });
  const logLines: string[] = [];
  const log = createLogger({ level: "debug", clock, destination: { write: (line) => void logLines.push(line) } });
  const config = {
    ONCALL_SCHEME: options.oncallScheme ?? "S1T",
    ALERTING_TIMESTAMP_HEADER: "X-Grafana-Alerting-Timestamp",
  } as const;
  const inbox = createInbox({ client: store.client, table: INDEX_TABLE, clock, log });
  const deadLetters = createDeadLetters({ client: store.client, table: INDEX_TABLE, inbox, clock });
  const refusals = createSchemaRefusals({ clock });
  const stored: AlertFact[] = [];
  const calls: SignedCall[] = [];
  const note = async (call: SignedCall) => {
    calls.push(call);
    return options.commands ? await options.commands(call) : { status: 200, body: { ok: true } };
  };
  const handlers: Handlers = {
    commands: note,
    queries: note,
    claimOutbox: note,
    reportOutbox: note,
    verifyAudit: async ({ reader }) => ({ status: 200, body: { reader: reader.name } }),
    listControls: async () => ({ status: 200, body: [] }),
    exportIncident: options.exportIncident ?? (async () => ({ status: 200, body: {} })),
    slack: options.slack ?? ((_request, response) => void response.status(200).end()),
  };
  const apps = createApps({
    handlers,
    deps: {
      config,
      secrets: local.secrets,
      inbox,
      deadLetters,
      refusals,
      clock,
      log,
      transport: createTransport(options.transport ?? { PUBLIC_BASE_URL: "http://127.0.0.1" }),
      metrics: createMetrics(),
      health: createHealth({
        config,
        secrets: local.secrets,
        refusals,
        modelLogging: () => undefined,
        sweepSilent: options.sweepSilent ?? (() => false),
        reconciled: options.reconciled ?? (() => undefined),
        clock,
      }),
      ready: options.ready ?? (() => ({ ready: true, unreachable: [] })),
      onAlertStored: (fact) => stored.push(fact),
    },
  });
  const [open, internal] = await Promise.all([
    startListener(apps.public, 0, "127.0.0.1"),
    startListener(apps.internal, 0, "127.0.0.1"),
  ]);
  const url = `http://127.0.0.1:${open.port}`;
  const stamp = () => String(Math.floor(clock.now() / 1_000));

  return {
    apps,
    clock,
    store,
    secrets: local,
    inbox,
    stored,
    calls,
    url,
    port: open.port,
    internalUrl: `http://127.0.0.1:${internal.port}`,
    log: () => logLines.join(""),

    /** POSTs with Grafana Alerting's own signature. */
    alerting(body: string, secret = SECRETS["alerting-webhook"]) {
      const signature = createHmac("sha256", secret).update(`${stamp()}:${body}`).digest("hex");
      return fetch(`${url}/webhooks/grafana-alerting`, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { "x-grafana-alerting-signature": signature, "x-grafana-alerting-timestamp": stamp() },
      });
    },
    /** POSTs as the relay does. */
    oncall(body: string, secret = SECRETS["oncall-webhook"], headers: Record<string, string> = {}) {
      const signature = createHmac("sha256", secret).update(`${stamp()}:${body}`).digest("hex");
      return fetch(`${url}/webhooks/grafana-oncall`, {
        method: "POST",
        body,
        headers: { ...headers, "x-grafana-oncall-signature": signature, "x-grafana-oncall-timestamp": stamp() },
      });
    },
    /** POSTs as the hosted functions do. */
    async functions(path: string, body: string, secret = SECRETS["slack-functions"]) {
      const signature = await signRequest({ method: "POST", path, timestamp: stamp(), body }, secret);
      const headers = { "x-ic-timestamp": stamp(), "x-ic-signature": signature, "content-type": "application/json" };
      return fetch(`${url}${path}`, { method: "POST", body, headers });
    },
    /** POSTs as Slack does. `stampSeconds` may lie. */
    slack(path: string, body: string, stampSeconds = stamp()) {
      const signature = createHmac("sha256", "slack-signing-secret-for-tests-00001")
        .update(`v0:${stampSeconds}:${body}`)
        .digest("hex");
      return fetch(`${url}${path}`, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-slack-signature": `v0=${signature}`,
          "x-slack-request-timestamp": stampSeconds,
        },
      });
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([open.close(0), internal.close(0)]);
      await local[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
