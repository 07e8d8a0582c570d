import type { EventOf } from "./events.ts";
import type { AlertGroup, Incident } from "./state.ts";

/**
 * The identity of an alert's group, as the CORR# row spells it. Alerting's carries the organisation too, which the event holds
 * only at the head of its dedupe key.
 */
export function correlationKeyOf({
  source,
  groupId,
  dedupeKey,
}: Pick<EventOf<"AlertAttached">, "source" | "groupId" | "dedupeKey">): string {
  const head = dedupeKey.split("|").slice(0, 3);
  return source === "alerting" && head[2] === groupId ? head.join("|") : `${source}|${groupId}`;
}

/** Groups of this incident that fire now, also when somebody has acknowledged or silenced them: what closing would leave behind. */
export const stillFiring = ({ alerts }: Incident): AlertGroup[] =>
  [...alerts.byKey.values()].filter(({ state }) => state !== "resolved" && state !== "none");

/** The alert begins something although this incident is over: it fires again, or its group was never part of this. */
export const firesAnew = (state: Incident, kind: EventOf<"AlertAttached">["kind"], correlationKey: string): boolean =>
  kind === "firing" || (kind === "escalation" && !state.alerts.byKey.has(correlationKey));

/** The incident that this group was given to, or follows because this one turned out to be its duplicate. */
export const destinationOf = (state: Incident, correlationKey: string): string | undefined =>
  state.alerts.elsewhere.get(correlationKey) ?? state.resolved?.duplicateOf ?? undefined;

/** Groups that belong to another incident by now and are still kept here, by that incident. */
export function owedMoves(state: Incident): Map<string, AlertGroup[]> {
  const moves = new Map<string, AlertGroup[]>();
  for (const group of state.alerts.byKey.values()) {
    const to = destinationOf(state, group.correlationKey);
    if (to !== undefined) moves.set(to, [...(moves.get(to) ?? []), group]);
  }
  return moves;
}
