import { createApps } from "../../../bridge/app.ts";
import { createDeadLetters } from "../../../bridge/ingress/dead-letters.ts";
import { createInbox } from "../../../bridge/ingress/inbox.ts";
import { createSchemaRefusals } from "../../../bridge/ingress/schema-refusals.ts";
import { createTransport } from "../../../bridge/ingress/transport.ts";
import { systemClock as clock } from "../../../bridge/platform/clock.ts";
import { createDynamoClient } from "../../../bridge/platform/dynamo.ts";
import { createLogger } from "../../../bridge/platform/logger.ts";
import { createMetrics } from "../../../bridge/platform/telemetry/metrics.ts";
import { INDEX_TABLE } from "../../support/dynalite.ts";
import { startLocalSecrets } from "../../support/local-secrets.ts";
import { WEBHOOK_SECRET } from "../signed-alerts.ts";
import { serve } from "./serve.ts";

/** The bridge's own apps with the real inbox, secrets, log and metrics. Intake, which runs after the answer, stays out. */
const log = createLogger({ level: "info", clock });
const client = createDynamoClient({
  region: "eu-north-1",
  endpoint: process.env.STORE_URL,
  credentials: "local-dummy",
});
const { secrets } = await startLocalSecrets({ clock, log, values: { "oncall-webhook": WEBHOOK_SECRET } });
const inbox = createInbox({ client, table: INDEX_TABLE, clock, log });
const notMeasured = async () => ({ status: 501, body: {} });
const apps = createApps({
  handlers: {
    commands: notMeasured,
    queries: notMeasured,
    claimOutbox: notMeasured,
    reportOutbox: notMeasured,
    verifyAudit: notMeasured,
    listControls: notMeasured,
    exportIncident: notMeasured,
    slack: (_request, response) => void response.status(501).end(),
  },
  deps: {
    config: { ONCALL_SCHEME: "S1T", ALERTING_TIMESTAMP_HEADER: "X-Grafana-Alerting-Timestamp" },
    secrets,
    inbox,
    deadLetters: createDeadLetters({ client, table: INDEX_TABLE, inbox, clock }),
    refusals: createSchemaRefusals({ clock }),
    clock,
    log,
    transport: createTransport({ PUBLIC_BASE_URL: "http://127.0.0.1" }),
    metrics: createMetrics(),
    health: () => Promise.reject(new Error("not measured")),
    ready: () => ({ ready: true, unreachable: [] }),
  },
});
await serve(apps.public);
