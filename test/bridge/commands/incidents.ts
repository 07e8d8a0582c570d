import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { evolve } from "../../../bridge/incident/evolve.ts";
import { type Incident, initialIncident } from "../../../bridge/incident/state.ts";
import type { Entry } from "../../../bridge/ledger/entry-types.ts";

export const OPENED_AT = Date.parse("2026-11-21T09:14:05.000Z");
export const MINUTE = 60_000;

/** An incident folded from what happened: `[minutes since opening, who, event]`. */
export function incidentOf(...happened: [number, string, IncidentEvent][]): Incident {
  return happened.reduce((state, [minutes, who, event], index) => {
    const at = new Date(OPENED_AT + minutes * MINUTE).toISOString();
    const entry = { seq: index + 1, at, commandId: `c${index}`, actor: { kind: "human", id: who }, events: [event] };
    return evolve(state, entry as unknown as Entry);
  }, initialIncident("INC-20261121-0914-7F3K"));
}

export const opened = (rest: Partial<Extract<IncidentEvent, { type: "IncidentOpened" }>> = {}): IncidentEvent => ({
  type: "IncidentOpened",
  correlationKey: "oncall | IW4K9ZP7TN2XC",
  origin: "alert",
  title: "Card payments <failing> in EU & UK",
  service: "payments",
  team: "Payments",
  severity: "SEV1",
  severityBasis: "label severity=critical",
  severityAssumed: false,
  class: "availability",
  room: true,
  roomName: "inc-1121-payments-7f3k",
  firingSince: "2026-11-21T09:13:00.000Z",
  links: { alertGroup: null, dashboard: null, silence: null, runbook: null, call: null },
  ...rest,
});

export const fired = (dedupeKey = "a", alertCount = 1): IncidentEvent => ({
  type: "AlertAttached",
  dedupeKey,
  source: "oncall",
  groupId: "IW4K9ZP7TN2XC",
  kind: "firing",
  title: "Card payments failing",
  alertCount,
  by: null,
  occurredAt: "2026-11-21T09:14:03.118Z",
  named: [],
});

export const respondersFound: IncidentEvent = {
  type: "RespondersFound",
  source: "schedule",
  note: "OnCall named nobody; inviting who is on call now",
  people: [
    { userId: "U07ALEXLIN1", name: "alex" },
    { userId: "U07SAMWIER2", name: "sam" },
  ],
  missing: [{ name: "casey", why: "is a guest in Slack" }],
  first: "U07ALEXLIN1",
};

export const updateRequested = (draftId: string): IncidentEvent => ({
  type: "StatusUpdateRequested",
  draftId,
  status: "investigating",
  impact: "payments fail",
  components: [],
  notify: true,
  by: "U07ALEXLIN1",
});
