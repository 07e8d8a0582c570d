import { destinationOf as movedTo } from "../incident/alert-groups.ts";
import { isRestricted } from "../incident/restricted.ts";
import type { Incident } from "../incident/state.ts";
import type { CorrelationRows } from "../index-table/correlation.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Services } from "../services/services.ts";
import { windowKeyOf, windowKeyOfService } from "./window-key.ts";

export interface CollectingDeps {
  correlation: CorrelationRows;
  ledger: Pick<Ledger, "load">;
  services: Services;
  clock: Clock;
}

/**
 * The incident in which alerts like this one collect. Only alerts that open a room begin one, so that an alert that must wake
 * people never ends up in an incident that nobody was called to; a milder one joins what is there and is else left alone.
 */
export async function collectingFor(opener: AlertFact, deps: CollectingDeps): Promise<string | undefined> {
  const { correlation, services, clock } = deps;
  const key = windowKeyOf(opener, services);
  if (key === undefined || services.correlation === undefined) return undefined;
  const opensRoom = services.opensRoom(services.severityOf(opener.labels).severity);
  const row = await correlation.find(key);
  if (row) {
    const here = await followUnlessBroken(row.incident, opener.correlationKey, deps);
    if (here === "broken")
      return opensRoom ? (await correlation.claim(key, clock.now(), row.version)).incident : undefined;
    // Claimed, and its first entry still to be written: whoever comes first writes it.
    if (here.status === "none" && opensRoom) return here.id;
    if (collects(here, clock.now(), services.correlation.windowMs)) return here.id;
  }
  return opensRoom ? (await correlation.claim(key, clock.now(), row?.version)).incident : undefined;
}

/** So long after the last alert that fired, or after it was opened, an incident takes further ones in. */
const collects = ({ status, roomWanted, alerts, openedAt }: Incident, now: Instant, windowMs: number): boolean =>
  status === "open" && roomWanted && now - (alerts.firedAt ?? openedAt) <= windowMs;

/**
 * From now on alerts of its service collect in an incident that somebody declared, as they would in one that an alert opened. Where
 * another one collects them already it goes on doing so. A restricted incident collects none: an outage would be hidden in it.
 */
export async function collectIn(
  incident: Incident,
  deps: Omit<CollectingDeps, "correlation"> & { correlation: Pick<CorrelationRows, "find" | "point"> },
): Promise<void> {
  const { correlation, services, clock } = deps;
  const { opened, id } = incident;
  if (!opened || services.correlation === undefined || isRestricted(incident)) return;
  const { windowMs } = services.correlation;
  const key = windowKeyOfService(opened.service, services);
  if (key === undefined || !collects(incident, clock.now(), windowMs)) return;
  const row = await correlation.find(key);
  if (row?.incident === id) return;
  const other = row && (await followUnlessBroken(row.incident, opened.correlationKey, deps));
  if (other && other !== "broken" && collects(other, clock.now(), windowMs)) return;
  // Of two who ask at once one wins, and alerts go where the winner's do.
  await correlation.point(key, id, row?.version);
}

/** An incident whose record does not verify takes nothing more; what fires must not wait for it. */
async function followUnlessBroken(incident: string, correlationKey: string, deps: Pick<CollectingDeps, "ledger">) {
  try {
    return await follow(incident, correlationKey, deps);
  } catch (error) {
    if (error instanceof BrokenChainError) return "broken";
    throw error;
  }
}

/** Merges and splits lead on; more of them in a row than this is a circle that people have made. */
const MAX_HOPS = 5;

/** @returns the incident at the end of merges and splits, as it stands. */
export async function follow(
  incident: string,
  correlationKey: string,
  { ledger }: Pick<CollectingDeps, "ledger">,
): Promise<Incident> {
  const seen = new Set([incident]);
  let state = await ledger.load(incident);
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const next = movedTo(state, correlationKey);
    if (next === undefined || seen.has(next)) return state;
    seen.add(next);
    state = await ledger.load(next);
  }
  return state;
}
