import type { IncidentEvent } from "../incident/events.ts";
import type { Entry } from "../ledger/entry-types.ts";
import type { People } from "./people.ts";

const SLACK_USER = /^[UW][A-Z0-9]{7,20}$/;

/**
 * What everybody in these entries did, in place of a name: `commander-2` is who had command second, `approver-1` approved first.
 * One person has one word. Written with a hyphen so that it stays one word.
 */
export function rolesIn(entries: readonly Entry[]): People {
  const events = entries.flatMap((entry) => entry.events);
  const roles = new Map<string, string>();
  const name = (role: string, userIds: readonly string[]) => {
    let n = 0;
    for (const userId of new Set(userIds)) {
      if (roles.has(userId)) continue;
      n += 1;
      roles.set(userId, `${role}-${n}`);
    }
  };
  name(
    "commander",
    events.flatMap((event) => (event.type === "CommandTaken" ? [event.by] : [])),
  );
  name(
    "approver",
    events.flatMap((event) => (event.type === "ApprovalGranted" ? [event.by] : [])),
  );
  const acted = entries.flatMap(({ actor }) => (actor.kind === "human" ? [actor.id] : []));
  name("responder", [...acted, ...events.flatMap(usersIn)]);
  return roles;
}

function usersIn(event: IncidentEvent): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "string" && SLACK_USER.test(value)) found.push(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(event);
  return found;
}

/** `commander-2` as people read it. */
export const readableRoles = (text: string): string =>
  text.replace(/\b(commander|approver|responder)-(\d+)\b/gi, "$1 $2");
