import type { Instant } from "../../platform/clock.ts";
import type { Runbook } from "../../runbooks/schema.ts";
import { isoDurationMs } from "../../services/iso-duration.ts";
import type { PageTarget } from "../decide/paging.ts";
import type { Incident } from "../state.ts";
import type { ViewWorld } from "../views/view-world.ts";
import { activeRunbooks, escalationItemId, itemsOf } from "./items.ts";

/** A page that a runbook asks for. */
export interface DueEscalation {
  pageId: string;
  target: PageTarget;
  message: string;
}

type Entry = Runbook["escalation"][number];
type Known = Pick<ViewWorld, "onCallSchedule">;

/**
 * Whom attached runbooks have paged by now. An entry is due `within` its time from the opening of the room unless somebody ticked it
 * (they were reached) or skipped it (what it waits for is not so). Where nobody acknowledges, the next one is due after the time
 * that the entry gives. All of it follows from the ledger, so a restart forgets nothing.
 */
export function dueEscalations(state: Incident, now: Instant, world: Known): DueEscalation[] {
  if (state.status !== "open" || state.roomOpenedAt === undefined) return [];
  return entriesOf(state).flatMap(({ runbookId, index, entry, open, dueAt }) => {
    if (!open || now < dueAt) return [];
    const first = stepOf(state, `${runbookId}-${index + 1}`, entry, world);
    // Words in a channel of ours or a call by hand are for people: only a page is ours to make.
    if (first && !state.pages.has(first.pageId)) return [first];
    const next = entry.if_no_ack;
    if (!next) return [];
    const before = first && state.pages.get(first.pageId);
    if (before?.acknowledged) return [];
    const since = before?.requestedAt ?? dueAt;
    if (now < since + (isoDurationMs(next.after) ?? Number.POSITIVE_INFINITY)) return [];
    const second = stepOf(state, `${runbookId}-${index + 1}-next`, { ...entry, to: next.to }, world);
    return second && !state.pages.has(second.pageId) ? [second] : [];
  });
}

/** Who is paged first for this item of the checklist; undefined where nobody can be, or an item is none of these. */
export function escalationTarget(state: Incident, key: string, world: Known): PageTarget | undefined {
  const found = entriesOf(state).find((one) => one.key === key);
  return found && targetOf(state, found.entry, world);
}

function entriesOf(state: Incident) {
  const items = new Map(itemsOf(state).map((item) => [item.key, item]));
  return activeRunbooks(state).flatMap(({ runbook }) =>
    runbook.escalation.flatMap((entry, index) => {
      const item = items.get(`${runbook.id}/${escalationItemId(index)}`);
      if (item?.dueAt === undefined) return [];
      const { key, dueAt, status } = item;
      return [{ key, runbookId: runbook.id, index, entry, dueAt, open: status === "open" }];
    }),
  );
}

function stepOf(state: Incident, what: string, step: Entry, world: Known): DueEscalation | undefined {
  const target = targetOf(state, step, world);
  if (target === undefined) return undefined;
  return {
    pageId: `PG-${what}`.slice(0, 64),
    target,
    message: `${step.if}: the runbook asks for you in the war room.`,
  };
}

/** Who stands behind a role now. Groups and people outside are reached by hand: OnCall has no name for them. */
function targetOf(state: Incident, { to, via }: Entry, world: Known): PageTarget | undefined {
  // Who is only to be written to is written to by people.
  if (via === "dm") return undefined;
  const role = /^role:(.+)$/.exec(to)?.[1];
  const userId = role === undefined ? undefined : holderOf(state, role);
  if (userId !== undefined) {
    const name = state.responders?.people.find((person) => person.userId === userId)?.name ?? userId;
    return { kind: "person", id: userId, name };
  }
  if (role !== "primary" && role !== "ic") return undefined;
  const service = state.opened?.service ?? "unknown";
  const schedule = world.onCallSchedule(service);
  return schedule === undefined ? undefined : { kind: "schedule", id: schedule, name: `the on-call of ${service}` };
}

/** The person who holds a role of a runbook in this incident; undefined while nobody does. */
export function holderOf({ commander, roles, responders }: Incident, role: string): string | undefined {
  switch (role) {
    case "ic":
      return commander;
    case "deputy":
      return roles.deputy;
    case "comms":
      return roles.communications;
    case "scribe":
      return roles.scribe;
    case "primary":
      return responders?.first ?? undefined;
    default:
      return undefined;
  }
}
