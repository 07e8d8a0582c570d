import alertingFiring from "../../../fixtures/grafana-alerting-firing.json" with { type: "json" };
import oncallCreated from "../../../fixtures/oncall-alert-group-created.json" with { type: "json" };

export const DRILL_SERVICES = ["payments", "checkout", "search"] as const;
export const DRILL_SEVERITIES = [
  { label: "critical", means: "SEV1" },
  { label: "high", means: "SEV2" },
  { label: "warning", means: "SEV3" },
  { label: "info", means: "SEV4" },
] as const;

/** `opens`: starts a new alert group. The others speak about the group that was opened last. */
export const DRILL_FIXTURES = [
  { name: "grafana-alerting-firing", label: "Grafana Alerting: firing", opens: true },
  { name: "oncall-alert-group-created", label: "OnCall: alert group created", opens: true },
  { name: "grafana-alerting-resolved", label: "Grafana Alerting: resolved", opens: false },
  { name: "oncall-escalation", label: "OnCall: escalation", opens: false },
  { name: "oncall-acknowledge", label: "OnCall: acknowledged", opens: false },
  { name: "oncall-resolve", label: "OnCall: resolved", opens: false },
] as const;
export type DrillFixture = (typeof DRILL_FIXTURES)[number]["name"];

export interface DrillAlert {
  fixture: DrillFixture;
  service: string;
  severity: string;
  /** Tells alert groups apart: the same value speaks about the same group. Upper-case letters and digits. */
  group: string;
  /** When the group's alerts began to fire, epoch milliseconds: part of their identity, so the same in every payload. */
  startedAt: number;
  now: number;
}

/** The overrides that turn a recorded payload into this alert, for `POST /world/alerts`. */
export function drillOverrides(alert: DrillAlert): Record<string, unknown> {
  return alert.fixture.startsWith("oncall-") ? oncallOverrides(alert) : alertingOverrides(alert);
}

function alertingOverrides(alert: DrillAlert): Record<string, unknown> {
  const resolved = alert.fixture === "grafana-alerting-resolved";
  const name = alertName(alert.service);
  const startsAt = new Date(alert.startedAt).toISOString();
  return {
    // Arrays are replaced whole and not shifted in time, so these come complete and with their own times.
    alerts: alertingFiring.alerts.map((recorded, index) => ({
      ...recorded,
      status: resolved ? "resolved" : "firing",
      labels: { ...labels(alert), instance: instance(alert.service, index), grafana_folder: "Payments" },
      annotations: {
        ...recorded.annotations,
        summary: `${alert.service} is failing customer requests`,
        description: `5xx ratio on ${instance(alert.service, index)} has been above 5% for 5 minutes.`,
      },
      startsAt,
      endsAt: resolved ? new Date(alert.now).toISOString() : recorded.endsAt,
      fingerprint: fingerprint(`${alert.group}${index}`),
    })),
    groupLabels: { alertname: name, grafana_folder: "Payments" },
    commonLabels: { ...labels(alert), grafana_folder: "Payments" },
    commonAnnotations: { summary: `${alert.service} is failing customer requests` },
    groupKey: `{}/{team="payments"}:{alertname="${name}", grafana_folder="Payments", group="${alert.group}"}`,
    title: `[${resolved ? "RESOLVED" : "FIRING"}:${alertingFiring.alerts.length}] ${name} Payments (${alert.service} ${alert.severity})`,
    message: `**${resolved ? "Resolved" : "Firing"}**\n\n${alert.service} is failing customer requests`,
  };
}

function oncallOverrides(alert: DrillAlert): Record<string, unknown> {
  const { alerts, ...payload } = oncallCreated.alert_payload;
  const first = alerts[0];
  const startsAt = new Date(alert.startedAt).toISOString();
  const alertPayload = {
    ...payload,
    alerts: first
      ? [{ ...first, startsAt, labels: { ...first.labels, ...labels(alert), instance: instance(alert.service, 0) } }]
      : [],
    commonLabels: { ...payload.commonLabels, ...labels(alert) },
  };
  return {
    alert_group_id: alert.group,
    alert_group: {
      id: alert.group,
      labels: { severity: alert.severity, service_name: alert.service, team: "payments" },
      title: `${alertName(alert.service)}: ${alert.service} (${alert.severity})`,
      last_alert: { alert_group_id: alert.group, payload: alertPayload },
    },
    alert_payload: alertPayload,
  };
}

const labels = ({ service, severity }: DrillAlert) => ({
  alertname: alertName(service),
  cluster: "eu-north-1",
  service,
  severity,
  team: "payments",
});

const instance = (service: string, index: number) => `${service}-${["7c9f", "b41d"][index] ?? index}`;

const alertName = (service: string) => `${service.charAt(0).toUpperCase()}${service.slice(1)}ErrorBudgetBurn`;

/** Sixteen hex digits, the same for the same text, in the shape Grafana gives. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of text)
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
