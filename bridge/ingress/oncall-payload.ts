import * as z from "zod";
import { INCIDENT_ID } from "../../shared/contracts/ids.ts";
import { type Instant, iso } from "../platform/clock.ts";
import { type AlertBody, optional, readAlertBody, readableOnes } from "./alert-body.ts";
import { alertDetails, happenedAt, present, readTime } from "./alert-details.ts";
import type { AlertFact, AlertKind, Reading } from "./alert-fact.ts";
import { boundedLabels, boundedLine, boundedUrl, TITLE_LIMIT } from "./bounded-text.ts";
import { schemaProblems } from "./schema-problems.ts";

/**
 * `kind`: what the event means to us. `key`: which time makes repeats of the same call alike. OnCall sends no delivery id
 * and repeats a call it got no answer to, with a body built anew.
 */
const EVENTS = {
  "alert group created": { kind: "firing", key: "event-time" },
  acknowledge: { kind: "acknowledged", key: "event-time" },
  resolve: { kind: "resolved", key: "event-time" },
  silence: { kind: "silenced", key: "event-time" },
  // The time of these two is the time of sending: another one on every try.
  escalation: { kind: "escalation", key: "ten-minutes" },
  "personal notification": { kind: "notified", key: "ten-minutes" },
  // These carry no time at all; their retries span about 45 s.
  unsilence: { kind: "unsilenced", key: "one-minute" },
  unresolve: { kind: "unresolved", key: "one-minute" },
  unacknowledge: { kind: "unacknowledged", key: "one-minute" },
} as const satisfies Record<string, { kind: AlertKind; key: "event-time" | "ten-minutes" | "one-minute" }>;

const EVENT_TYPES = Object.keys(EVENTS) as [keyof typeof EVENTS, ...(keyof typeof EVENTS)[]];
const TEN_MINUTES_MS = 600_000;
const ONE_MINUTE_MS = 60_000;
const RESPONDERS_LIMIT = 50;

const groupId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "is not an alert group id" });
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const user = z.looseObject({ id: z.string(), username: optional(z.string()), email: optional(z.string()) });
const users = readableOnes(user, RESPONDERS_LIMIT);

/** Only what we use is required; everything else may be absent, null or unknown. */
const OncallBody = z.looseObject({
  event: z.looseObject({
    type: z.enum(EVENT_TYPES, { error: "is not an OnCall event type we know" }),
    time: optional(z.string().max(64)),
  }),
  alert_group_id: groupId,
  alert_group: z.looseObject({
    title: optional(z.string()),
    alerts_count: optional(z.number()),
    created_at: optional(z.string()),
    route_id: optional(id),
    labels: z.unknown(),
    permalinks: optional(z.looseObject({ web: optional(z.string()) })),
    last_alert: optional(z.looseObject({ payload: z.unknown() })),
  }),
  alert_payload: z.unknown(),
  integration: optional(z.looseObject({ labels: z.unknown() })),
  user: optional(user),
  users_to_be_notified: users,
  /** The name in the documentation's headings. */
  users_to_notify: users,
  notified_users: users,
});
type OncallBody = z.infer<typeof OncallBody>;

/** What an OnCall (or IRM) outgoing webhook with the whole payload says. */
export function readOncallPayload(body: unknown, receivedAt: Instant): Reading {
  const parsed = OncallBody.safeParse(body);
  if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.error) };
  const call = parsed.data;
  const first = readAlertBody(call.alert_payload);
  const latest = readAlertBody(call.alert_group.last_alert?.payload) ?? first;
  const details = alertDetails(latest);
  const { kind } = EVENTS[call.event.type];
  const firingSince = alertDetails(first).firingSince ?? readTime(call.alert_group.created_at);

  return {
    ok: true,
    fact: {
      source: "oncall",
      kind,
      ...dedupeKeys(call, receivedAt),
      correlationKey: `oncall|${call.alert_group_id}`,
      groupId: call.alert_group_id,
      title:
        boundedLine(call.alert_group.title, TITLE_LIMIT) ??
        boundedLine(latest?.title, TITLE_LIMIT) ??
        `Alert group ${call.alert_group_id}`,
      labels: boundedLabels(readLabels(call.integration?.labels), details.labels, readLabels(call.alert_group.labels)),
      annotations: details.annotations,
      alertCount: Math.max(0, Math.trunc(call.alert_group.alerts_count ?? 0)),
      responders: respondersOf(call),
      links: present({ alertGroup: boundedUrl(call.alert_group.permalinks?.web), ...details.links }),
      occurredAt: happenedAt(readTime(call.event.time), receivedAt),
      receivedAt: iso(receivedAt),
      ...present({
        ownIncidentId: ownIncidentId(first) ?? ownIncidentId(latest),
        routeId: call.alert_group.route_id ?? undefined,
        alertname: details.alertname,
        firingSince: firingSince === undefined ? undefined : iso(firingSince),
        truncatedAlerts: latest?.truncatedAlerts || undefined,
        by: boundedLine(call.user?.id, 64),
      }),
    },
  };
}

/** The event's own time where it is the same on every try, else the bucket of time in which the call arrived. */
function dedupeKeys(call: OncallBody, receivedAt: Instant): Pick<AlertFact, "dedupeKey" | "previousDedupeKey"> {
  const { type, time } = call.event;
  const key = (moment: string | number) => `oncall|${call.alert_group_id}|${type}|${moment}`;
  const { key: rule } = EVENTS[type];
  if (rule === "ten-minutes") {
    const bucket = Math.floor(receivedAt / TEN_MINUTES_MS);
    // Two people who are notified of one group are two notifications.
    const whom = type === "personal notification" ? boundedLine(call.user?.id, 64) : undefined;
    return { dedupeKey: key(whom === undefined ? bucket : `${bucket}|${whom}`) };
  }
  if (rule === "event-time" && time) return { dedupeKey: key(boundedLine(time, 64) ?? "") };
  const bucket = Math.floor(receivedAt / ONE_MINUTE_MS);
  return { dedupeKey: key(bucket), previousDedupeKey: key(bucket - 1) };
}

/** With labels enabled an object; else a list of `{key: {name}, value: {name}}`. */
function readLabels(labels: unknown): Record<string, unknown> {
  if (!Array.isArray(labels)) return labels !== null && typeof labels === "object" ? { ...labels } : {};
  return Object.fromEntries(
    labels.slice(0, 200).flatMap((label: unknown) => {
      const pair = LabelPair.safeParse(label).data;
      return pair ? [[pair.key.name, pair.value.name]] : [];
    }),
  );
}
const LabelPair = z.object({ key: z.object({ name: z.string() }), value: z.object({ name: z.string() }) });

/** Those still to be notified first: for a schedule step that is who is on call now. */
function respondersOf(call: OncallBody): AlertFact["responders"] {
  const named = new Map<string, AlertFact["responders"][number]>();
  for (const { id, username, email } of [
    ...call.users_to_be_notified,
    ...call.users_to_notify,
    ...call.notified_users,
  ]) {
    const boundedId = boundedLine(id, 64);
    if (boundedId === undefined || named.has(boundedId) || named.size >= RESPONDERS_LIMIT) continue;
    named.set(boundedId, {
      id: boundedId,
      username: boundedLine(username, 150) ?? boundedId,
      ...present({ email: boundedLine(email, 254) }),
    });
  }
  return [...named.values()];
}

/** The incident whose link our own page carried into OnCall. */
function ownIncidentId(body: AlertBody | undefined): string | undefined {
  const permalink = boundedUrl(body?.oncall?.permalink);
  return permalink?.split(/[/?#&=]/).find((part) => INCIDENT_ID.test(part));
}
