import type { EventOf } from "../incident/events.ts";
import { roomNameOf } from "../index-table/correlation.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import type { Services } from "../services/services.ts";

/** Alert kinds that may begin an incident. Any other only says something about one that is known. */
export const opens = (fact: AlertFact): boolean => fact.kind === "firing" || fact.kind === "escalation";

/** Whether the alert begins anew although its incident is over. An escalation only goes on with what was there before. */
export const opensAnew = (fact: AlertFact): boolean => fact.kind === "firing";

/** What the first alert of an identity makes of an incident: a pure function of the alert and services.yaml. */
export function openedBy(
  incident: string,
  fact: AlertFact,
  services: Services,
): Omit<EventOf<"IncidentOpened">, "type"> {
  const service = services.serviceOf(fact.labels, fact.title);
  const { severity, basis, assumed } = services.severityOf(fact.labels);
  return {
    correlationKey: fact.correlationKey,
    origin: "alert",
    title: fact.title,
    service: service.name,
    team: service.entry?.team ?? null,
    severity,
    severityBasis: basis,
    severityAssumed: assumed,
    class: "default",
    room: services.opensRoom(severity),
    roomName: roomNameOf(incident, service.name),
    firingSince: fact.firingSince ?? null,
    links: {
      alertGroup: fact.links.alertGroup ?? fact.links.generator ?? null,
      dashboard: fact.links.panel ?? fact.links.dashboard ?? null,
      silence: fact.links.silence ?? null,
      runbook: fact.links.runbook ?? null,
      call: service.entry?.call ?? null,
    },
  };
}

export const attached = (fact: AlertFact): Omit<EventOf<"AlertAttached">, "type"> => ({
  dedupeKey: fact.dedupeKey,
  source: fact.source,
  groupId: fact.groupId,
  kind: fact.kind,
  title: fact.title,
  alertCount: fact.alertCount,
  by: fact.by ?? null,
  occurredAt: fact.occurredAt,
  named: fact.responders.slice(0, 50).map(({ id, username }) => ({ id, username })),
});
