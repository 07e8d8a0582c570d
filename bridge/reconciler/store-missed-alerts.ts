import { startBudget } from "../clients/budget.ts";
import type { OnCallAlertGroup, OnCallClient, OpenState } from "../clients/oncall-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { CorrelationRows } from "../index-table/correlation.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import type { Inbox } from "../ingress/inbox.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { missedFacts } from "./missed-facts.ts";

export interface StoreMissedDeps {
  oncall: Pick<OnCallClient, "openAlertGroups">;
  correlation: Pick<CorrelationRows, "find">;
  ledger: Pick<Ledger, "load">;
  inbox: Pick<Inbox, "putPending">;
  clock: Clock;
  log: Logger;
}

export interface Round {
  /** Groups created before this are older than this installation and none of ours. */
  since: Instant;
  /** A group younger than this is left to its webhook, which names people and may only be on its way. */
  graceMs: number;
  budgetMs: number;
  /** Groups already known to have an incident. Kept to those that are still open. */
  known: Set<string>;
}

/** A thousand open groups in each state; above that the oldest wait. */
const MAX_PAGES = 10;
const PAGE_MS = 5_000;
const STATES: readonly OpenState[] = ["new", "acknowledged"];

/**
 * Looks through OnCall's open alert groups and puts those that no webhook has told us of into the inbox, as their webhooks
 * would have. Silenced and resolved groups are nobody's emergency any more. May be repeated, and by several at once.
 * @returns how many alerts were stored
 * @throws StoreUnavailableError
 */
export async function storeMissedAlerts(
  round: Round,
  deps: StoreMissedDeps,
): Promise<{ stored: number } | Unavailable> {
  const deadline = deps.clock.monotonic() + round.budgetMs;
  const open = await openGroups(round, deps);
  if (isUnavailable(open)) return open;
  const { clock, inbox, log } = deps;
  const settled = new Set<string>();
  let stored = 0;
  for (const group of open) {
    // What this round has no time for is met by the next one.
    if (clock.monotonic() >= deadline) break;
    const age = clock.now() - Date.parse(group.created_at);
    if (Date.parse(group.created_at) < round.since || age < round.graceMs) continue;
    const facts = round.known.has(group.id) ? [] : await unknownFacts(group, deps);
    if (facts.length === 0) settled.add(group.id);
    for (const fact of facts) {
      if ((await inbox.putPending(fact)) === "duplicate") continue;
      stored += 1;
      log.warn("missed-alert", { correlationKey: fact.correlationKey, kind: fact.kind, ageMs: age });
    }
  }
  round.known.clear();
  for (const id of settled) round.known.add(id);
  return { stored };
}

async function openGroups(
  { since, budgetMs }: Round,
  { oncall, clock, log }: StoreMissedDeps,
): Promise<OnCallAlertGroup[] | Unavailable> {
  const budget = startBudget({ clock, budgetMs });
  const groups: OnCallAlertGroup[] = [];
  for (const state of STATES) {
    for (let page = 1; ; page += 1) {
      const timeoutMs = Math.min(PAGE_MS, budget.leftMs());
      if (timeoutMs <= 0) return { unavailable: "timed out" };
      const read = await oncall.openAlertGroups(state, page, { timeoutMs });
      if (isUnavailable(read)) return read;
      groups.push(...read.groups);
      // Newest first: behind a page of old ones come only older ones.
      const old = read.groups.length > 0 && read.groups.every((group) => Date.parse(group.created_at) < since);
      if (!read.more || old) break;
      if (page === MAX_PAGES) {
        log.warn("open-alert-groups-cut", { state, read: groups.length });
        break;
      }
    }
  }
  return groups;
}

/** What we should have been told; nothing when the group has its incident, or was made by a page of another installation. */
async function unknownFacts(group: OnCallAlertGroup, deps: StoreMissedDeps): Promise<AlertFact[]> {
  const facts = missedFacts(group, deps.clock.now());
  const [first] = facts;
  if (!first || (await deps.correlation.find(first.correlationKey)) !== undefined) return [];
  if (first.ownIncidentId === undefined) return facts;
  // Intake attaches it to the incident that it links to. Where there is none it must not open one.
  const { status } = await deps.ledger.load(first.ownIncidentId);
  return status === "none" ? [] : facts;
}
