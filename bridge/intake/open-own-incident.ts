import { openIncident } from "../incident/decide/alerts.ts";
import type { Incident } from "../incident/state.ts";
import { type CorrelationRows, roomNameOf } from "../index-table/correlation.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Clock } from "../platform/clock.ts";
import { chooseRunbooks } from "../runbooks/choose.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Services } from "../services/services.ts";

export interface OwnIncidentDeps {
  ledger: Pick<Ledger, "execute" | "load">;
  correlation: Pick<CorrelationRows, "find" | "claim">;
  rows: Pick<IncidentRows, "project">;
  services: Services;
  library: Library;
  clock: Clock;
}

/** Something that the product has found wrong with itself. */
export interface OwnTrouble {
  /** The same for the same trouble: while its incident is open there is no second one. */
  key: string;
  /** Nor when it is over: whoever closed it knows, and nothing of it can be new. */
  once?: true;
  title: string;
  /** As its alert would carry them: they choose the runbook, and with it class and severity. */
  labels: Readonly<Record<string, string>>;
  /** Why it is as severe as it is, as a sentence fragment. */
  basis: string;
}

/** What an incident about the product itself is about, where services.yaml names no such service. */
export const OWN_SERVICE = "incident-response";

const ACTOR: EntryActor = { kind: "system", id: "bridge", basis: "own-check" };

/** The incident of this trouble: the open one there is (of what is told once also one that is over), or a new one. Repeatable; replicas that find the same open one. */
export async function openOwnIncident(trouble: OwnTrouble, deps: OwnIncidentDeps): Promise<Incident> {
  const { correlation, ledger, clock } = deps;
  const correlationKey = `own|${trouble.key}`;
  const known = await correlation.find(correlationKey);
  const before = known && (await holding(known.incident, ledger));
  if (before?.status === "open" || (trouble.once && before && before.status !== "none")) {
    // Whoever opened it may have died before anybody could find it.
    await deps.rows.project(before);
    return before;
  }
  const { incident } =
    known && before?.status === "none" ? known : await correlation.claim(correlationKey, clock.now(), known?.version);
  return open(incident, correlationKey, trouble, deps);
}

/** Undefined when nothing may be built on its record: the trouble then needs another incident. */
async function holding(incident: string, ledger: Pick<Ledger, "load">): Promise<Incident | undefined> {
  try {
    return await ledger.load(incident);
  } catch (error) {
    if (error instanceof BrokenChainError) return undefined;
    throw error;
  }
}

async function open(incident: string, correlationKey: string, trouble: OwnTrouble, deps: OwnIncidentDeps) {
  const { services, library, ledger } = deps;
  const entry = services.entry(OWN_SERVICE);
  const choice = chooseRunbooks(library, { labels: trouble.labels, service: OWN_SERVICE, severity: "SEV4" });
  const { severity } = choice;
  const { state } = await ledger.execute(incident, { commandId: `own:${correlationKey}`, actor: ACTOR }, (now) =>
    openIncident(now, {
      opened: inLedgerForm({
        correlationKey,
        origin: "alert" as const,
        title: trouble.title,
        service: OWN_SERVICE,
        team: entry?.team ?? null,
        severity,
        severityBasis: trouble.basis,
        severityAssumed: false,
        class: choice.best.runbook.class,
        room: services.opensRoom(severity),
        roomName: roomNameOf(incident, OWN_SERVICE),
        firingSince: null,
        links: { alertGroup: null, dashboard: null, silence: null, runbook: null, call: entry?.call ?? null },
      }),
      alerts: [],
      runbooks: choice.matches,
    }),
  );
  await deps.rows.project(state);
  return state;
}
