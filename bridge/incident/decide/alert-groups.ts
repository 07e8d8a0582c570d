import { destinationOf } from "../alert-groups.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import type { AlertGroup, Incident } from "../state.ts";

/** Gives one alert group an incident of its own. `to` is that incident's id, reserved beforehand. */
export function splitGroup(
  state: Incident,
  { actor, correlationKey, to }: { actor: string; correlationKey: string; to: string },
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const gone = state.alerts.elsewhere.get(correlationKey);
  if (gone !== undefined) return refuse("group-moved", `This alert group belongs to ${gone} already.`);
  if (!state.alerts.byKey.has(correlationKey)) return refuse("group-unknown", "This incident has no such alert group.");
  if (state.alerts.byKey.size === 1) {
    return refuse("only-group", "It is the only alert group here, so there is nothing to split it from.");
  }
  return happened({ type: "AlertGroupSplit", correlationKey, to, by: actor });
}

/** The groups as they stood when they were handed over. An incident knows each of them once, however often it is told. */
export function receiveGroups(
  state: Incident,
  { from, groups }: { from: string; groups: readonly AlertGroup[] },
): Decision {
  if (state.status === "none") return notOpen(state.status);
  const news = groups.filter(({ correlationKey }) => !hasFrom(state, correlationKey, from));
  return news.length === 0
    ? nothingNew
    : happened({ type: "AlertGroupsReceived", from, groups: news.map((group) => ({ ...group })) });
}

/** An alert may have come before its group: the group counts as received once it is known and its origin is too. */
const hasFrom = (state: Incident, correlationKey: string, from: string): boolean =>
  state.alerts.byKey.has(correlationKey) && state.alerts.from.includes(from);

/** The other incident has them: nothing is owed for these groups any more. */
export function recordMoved(
  state: Incident,
  { to, correlationKeys }: Omit<EventOf<"AlertGroupsMoved">, "type">,
): Decision {
  const here = correlationKeys.filter((key) => state.alerts.byKey.has(key) && destinationOf(state, key) !== undefined);
  return here.length === 0 ? nothingNew : happened({ type: "AlertGroupsMoved", to, correlationKeys: here });
}
