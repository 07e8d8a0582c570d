import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf, IncidentEvent } from "../events.ts";
import type { Incident } from "../state.ts";

export interface OpenIncident {
  opened: Omit<EventOf<"IncidentOpened">, "type">;
  alerts: readonly Omit<EventOf<"AlertAttached">, "type">[];
}

/** Opens the stream, with the alerts that made it. An opened incident takes the alerts only. */
export function openIncident(state: Incident, { opened, alerts }: OpenIncident): Decision {
  if (state.status !== "none") return attachAlerts(state, { alerts });
  return happened({ type: "IncidentOpened", ...opened }, ...fresh(state, alerts));
}

/**
 * Attaches alerts, leaving out those already known, so that a batch of another composition adds nothing twice.
 * An incident without a room ends when its alert group does; one with a room is only ever ended by a person.
 */
export function attachAlerts(state: Incident, { alerts }: { alerts: OpenIncident["alerts"] }): Decision {
  const events: IncidentEvent[] = fresh(state, alerts);
  if (events.length === 0) return nothingNew;
  const last = alerts.at(-1);
  if (state.status === "open" && !state.roomWanted && last?.kind === "resolved") {
    events.push({
      type: "IncidentResolved",
      outcome: "resolved",
      summary: "The alert resolved by itself.",
      duplicateOf: null,
    });
  }
  return happened(...events);
}

function fresh(state: Incident, alerts: OpenIncident["alerts"]): EventOf<"AlertAttached">[] {
  const seen = new Set(state.alerts.dedupeKeys);
  return alerts.flatMap((alert) => {
    if (seen.has(alert.dedupeKey)) return [];
    seen.add(alert.dedupeKey);
    return [{ type: "AlertAttached" as const, ...alert }];
  });
}
