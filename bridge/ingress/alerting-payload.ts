import { createHash } from "node:crypto";
import * as z from "zod";
import { type Instant, iso } from "../platform/clock.ts";
import { readAlertBody } from "./alert-body.ts";
import { alertDetails, happenedAt, present, readTime } from "./alert-details.ts";
import type { Reading } from "./alert-fact.ts";
import { boundedLabels, boundedLine, TITLE_LIMIT } from "./bounded-text.ts";
import { schemaProblems } from "./schema-problems.ts";

const MAX_ALERTS = 5_000;

/** What identifies the call. The rest is read for display and may be absent. */
const AlertingBody = z.looseObject({
  status: z.enum(["firing", "resolved"]),
  orgId: z.int(),
  groupKey: z.string().min(1).max(20_000),
  alerts: z
    .array(
      z.looseObject({
        status: z.enum(["firing", "resolved"]),
        fingerprint: z.string().min(1).max(200),
        startsAt: z.string().max(64),
        endsAt: z.string().max(64).nullish(),
      }),
    )
    .min(1)
    .max(MAX_ALERTS),
  truncatedAlerts: z.int().min(0).nullish(),
});
type AlertingBody = z.infer<typeof AlertingBody>;

/** What a Grafana Alerting contact point with the default payload says. */
export function readAlertingPayload(body: unknown, receivedAt: Instant): Reading {
  const parsed = AlertingBody.safeParse(body);
  if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.error) };
  const call = parsed.data;
  const display = readAlertBody(body);
  const details = alertDetails(display);
  const groupId = sha256(call.groupKey);
  const correlationKey = `alerting|${call.orgId}|${groupId}`;
  const truncated = call.truncatedAlerts ?? 0;
  const counted = call.status === "firing" ? call.alerts.filter(({ status }) => status === "firing") : call.alerts;

  return {
    ok: true,
    fact: {
      source: "alerting",
      kind: call.status,
      dedupeKey: `${correlationKey}|${call.status}|${alertsKey(call)}`,
      correlationKey,
      groupId,
      title:
        boundedLine(details.alertname, TITLE_LIMIT) ??
        // "[FIRING:2] " counts what was firing at that moment; the title outlives it.
        boundedLine(display?.title?.replace(/^\[[^\]]{1,40}\]\s*/, ""), TITLE_LIMIT) ??
        `Alert group ${groupId.slice(0, 12)}`,
      labels: boundedLabels(details.labels),
      annotations: details.annotations,
      alertCount: counted.length + truncated,
      responders: [],
      links: details.links,
      occurredAt: happenedAt(changedAt(call), receivedAt),
      receivedAt: iso(receivedAt),
      ...present({
        alertname: details.alertname,
        firingSince: details.firingSince === undefined ? undefined : iso(details.firingSince),
        truncatedAlerts: truncated || undefined,
      }),
    },
  };
}

/** Grafana repeats an unchanged group at every interval, with the same alerts in any order: those calls are one fact. */
function alertsKey({ alerts }: AlertingBody): string {
  const lines = alerts.map(({ fingerprint, status, startsAt }) => JSON.stringify([fingerprint, status, startsAt]));
  return sha256(lines.sort().join("\n"));
}

/** The last change of any alert in the group: its start while firing, its end when resolved. */
function changedAt({ alerts }: AlertingBody): Instant | undefined {
  const times = alerts.flatMap(
    ({ status, startsAt, endsAt }) => readTime(status === "firing" ? startsAt : endsAt) ?? [],
  );
  return times.length === 0 ? undefined : times.reduce((latest, at) => Math.max(latest, at));
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
