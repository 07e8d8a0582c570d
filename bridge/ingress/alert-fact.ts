import * as z from "zod";

export const ALERT_KINDS = [
  "firing",
  "escalation",
  "acknowledged",
  "unacknowledged",
  "resolved",
  "unresolved",
  "silenced",
  "unsilenced",
  "notified",
] as const;

const responder = z.object({ id: z.string(), username: z.string(), email: z.string().optional() });

/**
 * What one webhook call said, whoever sent it: the only form of an alert behind the ingress. Every text is bounded, NFC and
 * free of control characters; every time is ISO 8601.
 */
export const AlertFact = z.object({
  source: z.enum(["oncall", "alerting"]),
  kind: z.enum(ALERT_KINDS),
  /** Equal for repeats of the same call. */
  dedupeKey: z.string(),
  /** For calls without a time of their own: the key the same call would have had in the bucket before. */
  previousDedupeKey: z.string().optional(),
  /** `oncall|<alert group id>` or `alerting|<orgId>|<SHA-256 of the group key>`: one incident each. */
  correlationKey: z.string(),
  groupId: z.string(),
  /** OnCall's route of the group: the way to its escalation chain. */
  routeId: z.string().optional(),
  /** Set when our own page created the alert group: the incident it belongs to. */
  ownIncidentId: z.string().optional(),
  title: z.string(),
  alertname: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.object({ summary: z.string().optional(), description: z.string().optional() }),
  firingSince: z.string().optional(),
  alertCount: z.number(),
  /** Alerts the sender left out of the call. */
  truncatedAlerts: z.number().optional(),
  /** Who acted: OnCall's id, never a name. */
  by: z.string().optional(),
  /** Whom OnCall names, those still to be notified first. */
  responders: z.array(responder),
  links: z.object({
    alertGroup: z.string().optional(),
    dashboard: z.string().optional(),
    panel: z.string().optional(),
    silence: z.string().optional(),
    runbook: z.string().optional(),
    generator: z.string().optional(),
  }),
  occurredAt: z.string(),
  receivedAt: z.string(),
});

export type AlertFact = z.infer<typeof AlertFact>;
export type AlertKind = AlertFact["kind"];

/** Either what a body means or where it is not what its sender documents. `problems` name paths, never values. */
export type Reading = { ok: true; fact: AlertFact } | { ok: false; problems: string[] };
