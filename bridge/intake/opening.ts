import { SEVERITIES } from "../../shared/vocabulary.ts";
import type { AlertSeverity } from "../incident/decide/severity.ts";
import type { EventOf } from "../incident/events.ts";
import { roomNameOf } from "../index-table/correlation.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import { type Choice, chooseRunbooks } from "../runbooks/choose.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Services } from "../services/services.ts";

/** Alert kinds that may begin an incident. Any other only says something about one that is known. */
const opens = (fact: AlertFact): boolean => fact.kind === "firing" || fact.kind === "escalation";

/** The alert that an incident is named after: of those that may begin one the most severe, the first among equals. */
export function opensFirst(facts: readonly AlertFact[], services: Services): AlertFact | undefined {
  const rank = ({ labels }: AlertFact) => SEVERITIES.indexOf(services.severityOf(labels).severity);
  return facts
    .filter(opens)
    .reduce<AlertFact | undefined>(
      (best, fact) => (best === undefined || rank(fact) < rank(best) ? fact : best),
      undefined,
    );
}

/** Which runbooks the alert matches, and how severe that makes it. */
export function runbooksFor(fact: AlertFact, services: Services, library: Library): Choice {
  const service = services.serviceOf(fact.labels, fact.title).name;
  const { severity } = services.severityOf(fact.labels);
  const labels = fact.alertname === undefined ? fact.labels : { alertname: fact.alertname, ...fact.labels };
  return chooseRunbooks(library, { labels, service, severity });
}

/** How severe the worst of these alerts says it is; one without a label that we know says nothing. */
export function worstOf(facts: readonly AlertFact[], services: Services): { worst?: AlertSeverity } {
  const labelled = facts.filter(({ labels }) => !services.severityOf(labels).assumed);
  const fact = opensFirst(labelled, services);
  if (fact === undefined) return {};
  const { severity, basis } = services.severityOf(fact.labels);
  return { worst: { severity, basis, opensRoom: services.opensRoom(severity) } };
}

/** What the first alert of an identity makes of an incident: a pure function of the alert, services.yaml and its runbooks. */
export function openedBy(
  incident: string,
  fact: AlertFact,
  services: Services,
  choice: Pick<Choice, "severity" | "raisedBy" | "best">,
): Omit<EventOf<"IncidentOpened">, "type"> {
  const service = services.serviceOf(fact.labels, fact.title);
  const { basis, assumed } = services.severityOf(fact.labels);
  const { severity, raisedBy } = choice;
  return {
    correlationKey: fact.correlationKey,
    origin: "alert",
    title: fact.title,
    service: service.name,
    team: service.entry?.team ?? null,
    severity,
    severityBasis: raisedBy === undefined ? basis : `runbook ${raisedBy}, above ${basis}`.slice(0, MAX_BASIS),
    severityAssumed: assumed && raisedBy === undefined,
    class: choice.best.runbook.class,
    room: services.opensRoom(severity),
    roomName: roomNameOf(incident, service.name),
    firingSince: fact.firingSince ?? null,
    links: {
      alertGroup: linkOf(fact.links.alertGroup, fact.links.generator),
      dashboard: linkOf(fact.links.panel, fact.links.dashboard),
      silence: linkOf(fact.links.silence),
      runbook: linkOf(fact.links.runbook),
      call: service.entry?.call ?? null,
    },
  };
}

/** The first that fits into an event; a link cut short would lead nowhere. */
const linkOf = (...urls: (string | undefined)[]): string | null =>
  urls.find((url) => url !== undefined && url.length <= MAX_URL) ?? null;
const MAX_URL = 2_000;
const MAX_BASIS = 200;

/** Names are cut to what the event holds: one that is too long must not cost the alert. */
export const attached = (fact: AlertFact): Omit<EventOf<"AlertAttached">, "type"> =>
  inLedgerForm({
    dedupeKey: fact.dedupeKey,
    source: fact.source,
    groupId: fact.groupId,
    kind: fact.kind,
    title: fact.title,
    alertCount: fact.alertCount,
    by: fact.by?.slice(0, MAX_NAME) ?? null,
    occurredAt: fact.occurredAt,
    named: fact.responders
      .slice(0, MAX_NAMED)
      .map(({ id, username }) => ({ id: id.slice(0, MAX_NAME), username: username.slice(0, MAX_NAME) })),
  });

export const routed = ({ groupId, routeId }: AlertFact): Omit<EventOf<"AlertRouted">, "type"> | undefined =>
  routeId === undefined ? undefined : inLedgerForm({ groupId, routeId });

export const ruleOf = ({ alertname }: AlertFact): { rule?: string } =>
  alertname === undefined ? {} : { rule: inLedgerForm(alertname).slice(0, MAX_RULE) };

const MAX_RULE = 80;
const MAX_NAME = 100;
const MAX_NAMED = 20;
