import { type Decision, happened, nothingNew } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { Incident } from "../state.ts";

export interface OpenIncident {
  opened: Omit<EventOf<"IncidentOpened">, "type">;
  alerts: readonly Omit<EventOf<"AlertAttached">, "type">[];
}

/** Opens the stream, with the alerts that made it. An opened incident takes the alerts only. */
export function openIncident(state: Incident, { opened, alerts }: OpenIncident): Decision {
  if (state.status !== "none") return attachAlerts(state, { alerts });
  const attached = fresh(state, alerts);
  return happened({ type: "IncidentOpened", ...opened }, ...attached, ...ending(attached, opened.room));
}

/**
 * Attaches alerts, leaving out those already known, so that a batch of another composition adds nothing twice.
 * An incident without a room ends when its alert group does; one with a room is only ever ended by a person.
 */
export function attachAlerts(state: Incident, { alerts }: { alerts: OpenIncident["alerts"] }): Decision {
  const attached = fresh(state, alerts);
  if (attached.length === 0) return nothingNew;
  return happened(...attached, ...(state.status === "open" ? ending(attached, state.roomWanted) : []));
}

const ending = (attached: readonly EventOf<"AlertAttached">[], roomWanted: boolean): EventOf<"IncidentResolved">[] =>
  roomWanted || attached.at(-1)?.kind !== "resolved"
    ? []
    : [
        {
          type: "IncidentResolved",
          outcome: "resolved",
          summary: "The alert resolved by itself.",
          duplicateOf: null,
        },
      ];

function fresh(state: Incident, alerts: OpenIncident["alerts"]): EventOf<"AlertAttached">[] {
  const seen = new Set(state.alerts.dedupeKeys);
  return alerts.flatMap((alert) => {
    if (seen.has(alert.dedupeKey)) return [];
    seen.add(alert.dedupeKey);
    return [{ type: "AlertAttached" as const, ...alert }];
  });
}
