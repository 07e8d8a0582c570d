import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import { correlationKeyOf } from "./alert-groups.ts";
import type { EventOf } from "./events.ts";
import type { AlertGroup, Incident } from "./state.ts";

/** One alert more: of its group, and of the incident. */
export function attached(state: Incident, event: EventOf<"AlertAttached">, at: Instant): Incident {
  const { alerts } = state;
  const dedupeKeys = new Set(alerts.dedupeKeys).add(event.dedupeKey);
  // A page of ours is no alert: it says nothing about what fires.
  if (event.source === "oncall" && state.onCallGroups.get(event.groupId)?.ofPage) {
    const groups = new Set(alerts.groups).add(`${event.source}|${event.groupId}`);
    return { ...state, alerts: { ...alerts, dedupeKeys, groups } };
  }
  const key = correlationKeyOf(event);
  const before = alerts.byKey.get(key);
  const count = before?.count ?? 0;
  const group: AlertGroup = {
    correlationKey: key,
    source: event.source,
    groupId: event.groupId,
    title: before?.title ?? event.title,
    state: stateAfter(event.kind, before?.state ?? "none"),
    count: Math.max(event.alertCount, count + (event.kind === "firing" && event.alertCount === 0 ? 1 : 0)),
  };
  const fires = event.kind === "firing" || event.kind === "escalation";
  return {
    ...state,
    alerts: {
      ...withGroups(alerts, [group]),
      dedupeKeys,
      ...(fires ? { firedAt: at } : {}),
    },
    // The webhook's own list is the cheapest source of responders; the first event that names anybody counts.
    named: state.named.length > 0 || !fires ? state.named : event.named,
  };
}

/** From now on the group is another incident's, also for alerts that come before it has been handed over. */
export const split = (state: Incident, event: EventOf<"AlertGroupSplit">): Incident => ({
  ...state,
  alerts: {
    ...state.alerts,
    elsewhere: new Map(state.alerts.elsewhere).set(event.correlationKey, event.to),
    splitBy: new Map(state.alerts.splitBy).set(event.to, event.by),
  },
});

export function moved(state: Incident, event: EventOf<"AlertGroupsMoved">): Incident {
  const byKey = new Map(state.alerts.byKey);
  const elsewhere = new Map(state.alerts.elsewhere);
  for (const key of event.correlationKeys) {
    byKey.delete(key);
    elsewhere.set(key, event.to);
  }
  return { ...state, alerts: summed({ ...state.alerts, byKey, elsewhere }) };
}

export function received(state: Incident, event: EventOf<"AlertGroupsReceived">, at: Instant): Incident {
  const elsewhere = new Map(state.alerts.elsewhere);
  const groups = event.groups.map((group): AlertGroup => {
    // What was given away and comes back is ours again.
    elsewhere.delete(group.correlationKey);
    const known = state.alerts.byKey.get(group.correlationKey);
    // An alert that came here before its group did is newer than what the other incident had seen.
    return known ? { ...known, count: Math.max(known.count, group.count) } : group;
  });
  const from = state.alerts.from.includes(event.from) ? state.alerts.from : [...state.alerts.from, event.from];
  const fires = groups.some((group) => group.state === "firing");
  return {
    ...state,
    alerts: { ...withGroups(state.alerts, groups), elsewhere, from, ...(fires ? { firedAt: at } : {}) },
  };
}

/** What a page of ours was taken for an alert of. */
export function withoutAlertsOf(state: Incident, correlationKey: string): Incident {
  if (!state.alerts.byKey.has(correlationKey)) return state;
  const byKey = new Map(state.alerts.byKey);
  byKey.delete(correlationKey);
  return { ...state, alerts: summed({ ...state.alerts, byKey }) };
}

function withGroups(alerts: Incident["alerts"], groups: readonly AlertGroup[]): Incident["alerts"] {
  const byKey = new Map(alerts.byKey);
  const ids = new Set(alerts.groups);
  for (const group of groups) {
    byKey.set(group.correlationKey, group);
    ids.add(`${group.source}|${group.groupId}`);
  }
  return summed({ ...alerts, byKey, groups: ids });
}

/** What all groups together come to. The most pressing one speaks for them. */
function summed(alerts: Incident["alerts"]): Incident["alerts"] {
  const groups = [...alerts.byKey.values()];
  const state = PRESSING.find((one) => groups.some((group) => group.state === one)) ?? "none";
  return { ...alerts, state, count: groups.reduce(sumOf, 0) };
}
const PRESSING = ["firing", "acknowledged", "silenced", "resolved"] as const;

function stateAfter(kind: EventOf<"AlertAttached">["kind"], before: AlertGroup["state"]): AlertGroup["state"] {
  switch (kind) {
    case "firing":
    case "unresolved":
    case "unacknowledged":
    case "unsilenced":
      return "firing";
    case "escalation":
      return before === "none" ? "firing" : before;
    case "acknowledged":
    case "silenced":
    case "resolved":
      return kind;
    case "notified":
      return before;
    default:
      return unreachable(kind);
  }
}

/** Senders' counts are taken as they come; their sum stays a number that can be written down. */
const sumOf = (sum: number, { count }: { count: number }) => Math.min(Number.MAX_SAFE_INTEGER, sum + count);
