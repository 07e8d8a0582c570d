import type { AlertGroupsView } from "../../../shared/contracts/views.ts";
import type { Incident } from "../state.ts";

/** What one message lists; the count of the others follows. */
const SHOWN = 20;
const SHOWN_INCIDENTS = 10;

/** The alert groups of an incident once they are more than one, or came from or went to another: one message, edited in place. */
export function alertGroupsView(state: Incident): AlertGroupsView | undefined {
  const { byKey, elsewhere, from } = state.alerts;
  if (byKey.size < 2 && elsewhere.size === 0 && from.length === 0) return undefined;
  const groups = [...byKey.values()];
  return {
    kind: "alert_groups",
    incidentId: state.id,
    groups: groups
      .slice(0, SHOWN)
      .map(({ groupId, title, state: now, count }) => ({ name: groupId, title, state: now, count })),
    more: Math.max(0, groups.length - SHOWN),
    notes: [
      ...from.slice(0, SHOWN_INCIDENTS).map((id) => `Alerts of ${id} come here too.`),
      ...[...countedBy(elsewhere.values())]
        .slice(0, SHOWN_INCIDENTS)
        .map(([to, count]) => `${count} alert ${count === 1 ? "group" : "groups"} went to ${to}.`),
    ],
  };
}

function countedBy(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
