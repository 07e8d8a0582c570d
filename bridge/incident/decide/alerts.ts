import type { Instant } from "../../platform/clock.ts";
import { correlationKeyOf, destinationOf, firesAnew, stillFiring } from "../alert-groups.ts";
import type { Grace } from "../archive-due.ts";
import { type Decision, happened, nothingNew, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { attached as foldAlert } from "../evolve-alerts.ts";
import type { Incident } from "../state.ts";
import { mayReopen, reopening } from "./after-the-end.ts";
import { type AlertSeverity, raiseByAlert } from "./severity.ts";

export interface OpenIncident {
  opened: Omit<EventOf<"IncidentOpened">, "type">;
  alerts: readonly Omit<EventOf<"AlertAttached">, "type">[];
  /** Our own page caused them: they begin nothing, and belong to an incident that is over, too. */
  ours?: boolean;
  /** The rule behind the alert that opens it, where its sender named one. */
  rule?: string;
  /** The sender's routes of the alerts' groups, where it told them. */
  routes?: readonly Omit<EventOf<"AlertRouted">, "type">[];
  /** What it matched; each runbook to be attached follows in an entry of its own. */
  runbooks?: EventOf<"RunbooksChosen">["matches"];
  /** Lets an alert that fires again reopen an incident whose room still stands. */
  reopen?: { grace: Grace; now: Instant };
  /** The most severe of those that begin something; absent where none says how severe it is. */
  worst?: AlertSeverity;
}

/** Opens the stream, with the alerts that made it. An opened incident takes the alerts only. */
export function openIncident(state: Incident, { opened, rule, runbooks, ...arrived }: OpenIncident): Decision {
  if (state.status !== "none") return attachAlerts(state, arrived);
  const { alerts, routes = [] } = arrived;
  const attached = fresh(state, alerts);
  return happened(
    { type: "IncidentOpened", ...opened },
    ...(rule === undefined ? [] : [{ type: "AlertRuleNamed" as const, rule }]),
    ...attached,
    ...routed(state, routes),
    ...(runbooks ? [{ type: "RunbooksChosen" as const, matches: runbooks }] : []),
    ...ending({ ...state, roomWanted: opened.room }, attached),
  );
}

/**
 * Attaches alerts, leaving out those already known, so that a batch of another composition adds nothing twice.
 * An incident without a room ends when all its alert groups have; one with a room is only ever ended by a person.
 * What belongs elsewhere by now is refused and not kept: an alert that fires must never disappear into an incident that is over.
 */
export function attachAlerts(
  state: Incident,
  { alerts, ours, routes = [], reopen, worst }: Omit<OpenIncident, "opened" | "rule" | "runbooks">,
): Decision {
  const attached = fresh(state, alerts);
  if (attached.length === 0) return nothingNew;
  if (attached.some((alert) => destinationOf(state, correlationKeyOf(alert)) !== undefined)) {
    return refuse("group-moved", "This alert group belongs to another incident by now.");
  }
  const over = state.status !== "open";
  const again = attached.find((alert) => AGAIN.includes(alert.kind) && state.alerts.byKey.has(correlationKeyOf(alert)));
  if (over && !ours && again && reopen && mayReopen(state, reopen.grace, reopen.now)) {
    return happened(...reopening(state, null, `the alert ${again.title.slice(0, 200)} fired again`), ...attached);
  }
  if (over && !ours && attached.some((alert) => firesAnew(state, alert.kind, correlationKeyOf(alert)))) {
    return refuse("incident-over", "This incident is over, and the alert fires anew.");
  }
  const recognised = ours ? groupsOfPages(state, attached) : [];
  const raised = over || ours || worst === undefined ? [] : raiseByAlert(state, worst);
  // What has just been raised to a severity that opens a room does not end without one.
  const ended = over || ours || raised.some(({ opensRoom }) => opensRoom) ? [] : ending(state, attached);
  return happened(...recognised, ...attached, ...routed(state, routes), ...raised, ...ended);
}

/** A group that fires again, in the words of Alerting and of OnCall. */
const AGAIN: readonly EventOf<"AlertAttached">["kind"][] = ["firing", "unresolved"];

/** Alert groups first heard of by an alert that carries our link. One known before is an alert's that people were called into. */
const groupsOfPages = (
  { onCallGroups }: Incident,
  attached: readonly EventOf<"AlertAttached">[],
): EventOf<"PageGroupRecognised">[] =>
  [...new Set(attached.flatMap(({ source, groupId }) => (source === "oncall" ? [groupId] : [])))].flatMap((groupId) =>
    onCallGroups.has(groupId) ? [] : [{ type: "PageGroupRecognised", groupId }],
  );

/** Recorded once an incident: people are looked up once. */
const routed = (state: Incident, [route]: NonNullable<OpenIncident["routes"]>): EventOf<"AlertRouted">[] =>
  route === undefined || state.routeId !== undefined ? [] : [{ type: "AlertRouted", ...route }];

function ending(state: Incident, attached: readonly EventOf<"AlertAttached">[]): EventOf<"IncidentResolved">[] {
  if (state.roomWanted || attached.at(-1)?.kind !== "resolved") return [];
  const after = attached.reduce((current, event) => foldAlert(current, event, current.at), state);
  if (stillFiring(after).length > 0) return [];
  return [
    { type: "IncidentResolved", outcome: "resolved", summary: "The alert resolved by itself.", duplicateOf: null },
  ];
}

function fresh(state: Incident, alerts: OpenIncident["alerts"]): EventOf<"AlertAttached">[] {
  const seen = new Set(state.alerts.dedupeKeys);
  return alerts.flatMap((alert) => {
    if (seen.has(alert.dedupeKey)) return [];
    seen.add(alert.dedupeKey);
    return [{ type: "AlertAttached" as const, ...alert }];
  });
}
