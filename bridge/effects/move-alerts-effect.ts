import { createHash } from "node:crypto";
import { owedMoves } from "../incident/alert-groups.ts";
import { receiveGroups, recordMoved } from "../incident/decide/alert-groups.ts";
import { openIncident } from "../incident/decide/alerts.ts";
import { type Decision, happened } from "../incident/decision.ts";
import type { AlertGroup, Incident } from "../incident/state.ts";
import { type CorrelationRows, roomNameOf } from "../index-table/correlation.ts";
import type { IncidentRows } from "../index-table/incident-rows.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { STANDARD_ONLY } from "../runbooks/choose.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

interface MoveAlertsDeps {
  ledger: Ledger;
  correlation: CorrelationRows;
  rows: Pick<IncidentRows, "project">;
}

/** What certainly fits into one entry, however long the titles. */
const GROUPS_PER_ENTRY = 10;

/**
 * Hands alert groups over to another incident after a merge or a split. The decision is recorded already, so every step may be
 * repeated:
 * 1. later alerts of the groups go there;
 * 2. the other incident knows the groups as they stood, and is opened where it does not exist yet;
 * 3. this one keeps them no longer.
 */
export const moveAlertsEffect =
  ({ ledger, correlation, rows }: MoveAlertsDeps): EffectHandler<"move-alerts"> =>
  async ({ id, to }, state) => {
    const groups = owedMoves(state).get(to) ?? [];
    for (let place = 0; place < groups.length; place += GROUPS_PER_ENTRY) {
      const chunk = groups.slice(place, place + GROUPS_PER_ENTRY);
      const correlationKeys = chunk.map(({ correlationKey }) => correlationKey);
      const commandId = `${id}:${createHash("sha256").update(correlationKeys.join("\n")).digest("hex").slice(0, 16)}`;

      for (const key of correlationKeys) {
        const row = await correlation.find(key); // 1
        // A row that points elsewhere was written for an alert that came since, and that knew better.
        if (row === undefined || row.incident === state.id) await correlation.point(key, to, row?.version);
      }
      const { actor, opened } = splitOff(state, to, chunk);
      const received = await ledger.execute(to, { commandId, actor }, (other): Decision => {
        const given = receiveGroups(other.status === "none" ? { ...other, status: "open" } : other, {
          from: state.id,
          groups: chunk,
        });
        if (other.status !== "none" || given.kind === "refused") return given;
        const begun = openIncident(other, { opened, alerts: [], runbooks: STANDARD_ONLY });
        return begun.kind === "refused" ? begun : happened(...begun.events, ...given.events);
      }); // 2
      await rows.project(received.state);
      await ledger.execute(state.id, { commandId: `${commandId}:moved`, actor: BRIDGE }, (now) =>
        recordMoved(now, { to, correlationKeys }),
      ); // 3
    }
    return "done";
  };

/** What the incident of its own begins with: all that is known of the group, and the person who saw that it is another matter. */
function splitOff(state: Incident, to: string, [group]: readonly AlertGroup[]) {
  const by = state.alerts.splitBy.get(to);
  const service = state.opened?.service ?? "unknown";
  const actor: EntryActor = by === undefined ? BRIDGE : { kind: "human", id: by, basis: "slash-command" };
  return {
    actor,
    opened: {
      correlationKey: group?.correlationKey ?? `split|${to}`,
      origin: "person" as const,
      title: group?.title ?? `Split from ${state.id}`,
      service,
      team: state.opened?.team ?? null,
      severity: state.severity,
      severityBasis: `as ${state.id}, which it was split from`,
      severityAssumed: false,
      class: state.opened?.class ?? ("default" as const),
      room: true,
      roomName: roomNameOf(to, service),
      firingSince: null,
      links: {
        alertGroup: null,
        dashboard: null,
        silence: null,
        runbook: null,
        call: state.opened?.links.call ?? null,
      },
    },
  };
}
