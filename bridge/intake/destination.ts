import { firesAnew } from "../incident/alert-groups.ts";
import type { Grace } from "../incident/archive-due.ts";
import { mayReopen } from "../incident/decide/after-the-end.ts";
import type { CorrelationRows } from "../index-table/correlation.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { Services } from "../services/services.ts";
import { collectingFor, follow } from "./collecting.ts";
import { opensFirst } from "./opening.ts";

export interface DestinationDeps {
  correlation: CorrelationRows;
  ledger: Ledger;
  services: Services;
  clock: Clock;
  /** How long a room outlives its incident: so long the alert that fires again reopens it. */
  grace: Grace;
}

/** Incidents were closed, merged or split faster than these alerts could be placed. They stay pending. */
export class DestinationError extends AppError {
  override readonly name = "DestinationError";
  constructor(alerts: number) {
    super(
      `${alerts} alerts found their incident changed each time they were placed; they are placed again in the next round`,
    );
  }
}

/**
 * Which incident the alerts of one group belong to; undefined where they neither belong to one nor begin one.
 * Every answer is written down first, in the group's own row, by one conditional put: whoever asks later, also after a crash,
 * is told the same, and of two who ask at once the loser takes the winner's.
 */
export async function destinationOf(facts: readonly AlertFact[], deps: DestinationDeps): Promise<string | undefined> {
  const { correlation, clock } = deps;
  const [first] = facts;
  if (!first) return undefined;
  const key = first.correlationKey;
  const row = await correlation.find(key);

  // 1. A group that our own page created belongs to the incident it links to.
  if (first.ownIncidentId !== undefined && !row) {
    const known = await deps.ledger.load(first.ownIncidentId);
    if (known.status !== "none") return correlation.point(key, first.ownIncidentId);
  }

  // 2. The incident this group has, or the one it was merged into or given to since.
  const opener = opensFirst(facts, deps.services);
  if (row) {
    const here = await follow(row.incident, key, deps);
    if (here.id !== row.incident) return correlation.point(key, here.id, row.version);
    const over = here.status === "resolved" || here.status === "archived";
    const anew = facts.some(
      ({ kind, dedupeKey }) => firesAnew(here, kind, key) && !here.alerts.dedupeKeys.has(dedupeKey),
    );
    if (!opener || !over || !anew || first.ownIncidentId !== undefined) return here.id;
    // It fires again while the room of the same incident still stands: that one goes on.
    const again = here.alerts.byKey.has(key) && facts.some(({ kind }) => kind === "firing");
    if (again && mayReopen(here, deps.grace, clock.now())) return here.id;
  }
  if (!opener) return undefined;

  // 3. The open incident that alerts like this one collect in, or a new one.
  const collecting = await collectingFor(opener, deps);
  return collecting === undefined
    ? (await correlation.claim(key, clock.now(), row?.version)).incident
    : correlation.point(key, collecting, row?.version);
}
