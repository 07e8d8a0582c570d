import type { IncidentClass, Severity } from "../../shared/vocabulary.ts";
import { openIncident } from "../incident/decide/alerts.ts";
import { type CorrelationRows, roomNameOf } from "../index-table/correlation.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import { collectIn } from "../intake/collecting.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Clock } from "../platform/clock.ts";
import { chooseRunbooks } from "../runbooks/choose.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Services } from "../services/services.ts";

export interface DeclareDeps {
  ledger: Pick<Ledger, "execute" | "load">;
  correlation: Pick<CorrelationRows, "find" | "claim" | "point">;
  rows: Pick<IncidentRows, "project">;
  services: Services;
  library: Library;
  clock: Clock;
}

export interface Declaration {
  title: string;
  service: string;
  severity: Severity;
  class: IncidentClass;
  by: { commandId: string; actor: EntryActor };
}

/**
 * Opens an incident without an alert and answers its id: the same for a repeated `commandId`. A person's always has a room,
 * a workflow's only where the opening rule gives an alert of its severity one. With a room it collects alerts of its service.
 * @param budgetMs how long the ledger may take to answer
 */
export async function declareIncident(wish: Declaration, budgetMs: number, deps: DeclareDeps) {
  const { title, service, severity, by } = wish;
  const { correlation, services } = deps;
  const byWorkflow = by.actor.kind === "workflow";
  const correlationKey = `manual|${by.commandId}`;
  const row = (await correlation.find(correlationKey)) ?? (await correlation.claim(correlationKey, deps.clock.now()));
  const entry = services.entry(service);
  const choice = chooseRunbooks(deps.library, { labels: { service }, service, severity });
  const { state } = await deps.ledger.execute(
    row.incident,
    by,
    (before) =>
      openIncident(before, {
        opened: inLedgerForm({
          correlationKey,
          origin: byWorkflow ? ("workflow" as const) : ("person" as const),
          title,
          service,
          team: entry?.team ?? null,
          severity,
          severityBasis: byWorkflow
            ? "chosen by the workflow that declared it"
            : "chosen by the person who declared it",
          severityAssumed: false,
          class: wish.class,
          room: !byWorkflow || services.opensRoom(severity),
          roomName: roomNameOf(row.incident, service),
          firingSince: null,
          links: { alertGroup: null, dashboard: null, silence: null, runbook: null, call: entry?.call ?? null },
        }),
        alerts: [],
        runbooks: choice.matches,
      }),
    { budgetMs },
  );
  await Promise.all([deps.rows.project(state), collectIn(state, deps)]);
  return row.incident;
}
