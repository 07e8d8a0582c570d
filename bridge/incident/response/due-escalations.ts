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

/** Somebody whom a runbook asks to reach by now, and whom only people can reach. */
export interface ByHand {
  /** Of the checklist's item. */
  key: string;
  /** What it waits for, in the runbook's words. */
  when: string;
  /** As the runbook names them: `external:legal`. */
  to: string;
  /** `unknown`: services.yaml names nobody for them. `message`: they are to be written to, not paged. */
  why: "unknown" | "message";
}

type Entry = Runbook["escalation"][number];
type Known = Pick<ViewWorld, "onCallSchedule" | "escalation">;

/**
 * Whom attached runbooks have paged by now. An entry is due `within` its time from the moment that somebody confirmed its condition,
 * else from the opening of the room, unless somebody ticked it (they were reached) or skipped it (what it waits for is not so). Where
 * nobody acknowledges, the next one is due after the time that the entry gives. All of it follows from the ledger, so a restart
 * forgets nothing.
 */
export function dueEscalations(state: Incident, now: Instant, world: Known): DueEscalation[] {
  return dueSteps(state, now, world).flatMap(({ page, entry }) =>
    page === undefined || state.pages.has(page.pageId)
      ? []
      : [{ ...page, message: `${entry.if}: the runbook asks for you in the war room.` }],
  );
}

/** Whom nobody will page although their time has come. */
export function escalationsByHand(state: Incident, now: Instant, world: Known): ByHand[] {
  return dueSteps(state, now, world).flatMap(({ page, key, entry }) =>
    page === undefined
      ? [{ key, when: entry.if, to: entry.to, why: entry.via === "dm" ? ("message" as const) : ("unknown" as const) }]
      : [],
  );
}

/** Who is paged first for this item of the checklist; undefined where nobody can be, or an item is none of these. */
export function escalationTarget(state: Incident, key: string, world: Known): PageTarget | undefined {
  const found = entriesOf(state).find((one) => one.key === key);
  return found && targetOf(state, found.entry, world);
}

/** How the runbook names them, for an item of the checklist that is an escalation. */
export const escalationEntry = (state: Incident, key: string): Entry | undefined =>
  entriesOf(state).find((one) => one.key === key)?.entry;

interface Step {
  key: string;
  entry: Entry;
  /** Undefined where only people can reach them. */
  page: Pick<DueEscalation, "pageId" | "target"> | undefined;
}

/** What is due of each entry: its first step, and the next one once the first has had no answer. */
function dueSteps(state: Incident, now: Instant, world: Known): Step[] {
  if (state.status !== "open" || state.roomOpenedAt === undefined) return [];
  return entriesOf(state).flatMap(({ key, runbookId, index, entry, open, dueAt }) => {
    if (!open || now < dueAt) return [];
    const step = (entryOf: Entry, suffix: string): Step => {
      const target = targetOf(state, entryOf, world);
      const pageId = `PG-${runbookId}-${index + 1}${suffix}`.slice(0, 64);
      return { key, entry: entryOf, page: target && { pageId, target } };
    };
    const first = step(entry, "");
    const paged = first.page && state.pages.get(first.page.pageId);
    // Who is known is called before anybody else is; who is not is for people, and time goes on.
    if (first.page && !paged) return [first];
    const next = entry.if_no_ack;
    const since = paged?.requestedAt ?? dueAt;
    const unanswered = now >= since + (isoDurationMs(next?.after ?? "") ?? Number.POSITIVE_INFINITY);
    if (!next || paged?.acknowledged || !unanswered) return [first];
    return [first, step({ ...entry, to: next.to }, "-next")];
  });
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

/** Who stands behind these words now: who has the role here, else whom services.yaml names, else the service's on-call. */
function targetOf(state: Incident, { to, via }: Entry, world: Known): PageTarget | undefined {
  // Who is only to be written to is written to by people.
  if (via === "dm") return undefined;
  const role = /^role:(.+)$/.exec(to)?.[1];
  const userId = role === undefined ? undefined : holderOf(state, role);
  if (userId !== undefined) return { kind: "person", id: userId, name: userId };
  const named = world.escalation(to);
  if (named !== undefined || (role !== "primary" && role !== "ic")) return named;
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
