import { createHash } from "node:crypto";
import { attachAlerts, type OpenIncident, openIncident } from "../incident/decide/alerts.ts";
import type { Incident } from "../incident/state.ts";
import type { Leases } from "../index-table/leases.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import type { Inbox, PendingAlert } from "../ingress/inbox.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import { AppendTimeoutError } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Logger } from "../platform/logger.ts";
import { StoreUnavailableError } from "../platform/store-unavailable-error.ts";
import type { Library } from "../runbooks/load-runbooks.ts";
import type { Services } from "../services/services.ts";
import { type DestinationDeps, DestinationError, destinationOf } from "./destination.ts";
import { attached, openedBy, opensFirst, routed, ruleOf, runbooksFor, worstOf } from "./opening.ts";
import { windowKeyOf } from "./window-key.ts";

/** Turns stored alerts into ledger entries. Every step may be repeated: the inbox item is cleared last. */
export interface Intake {
  /** Works through what is pending now. @returns how many alerts were settled. */
  run(): Promise<number>;
}

export interface IntakeDeps extends DestinationDeps {
  inbox: Pick<Inbox, "listPending" | "markDone">;
  leases: Leases;
  library: Library;
  log: Logger;
  owner: string;
  leaseMs: number;
  /** After each settled batch, before its items are cleared: makes the incident findable. */
  settled: (state: Incident) => Promise<void>;
}

const BATCH = 200;
/** Alerts in one entry. */
const PER_ENTRY = 20;
/** Their length in one entry: with the longest opening there is, it stays below what the ledger takes. */
const BYTES_PER_ENTRY = 12 * 1_024;

export function createIntake(deps: IntakeDeps): Intake {
  let running: Promise<number> | undefined;
  let again = false;

  const runOnce = async (): Promise<number> => {
    const pending = await deps.inbox.listPending(BATCH);
    const byIdentity = groupBy(pending, ({ fact }) => identityOf(fact, deps.services));
    const settled = await Promise.all(
      [...byIdentity].map(([key, alerts]) => leaveWhatFails(deps, key, alerts, settleIdentity)),
    );
    const total = settled.reduce((sum, count) => sum + count, 0);
    // A storm is longer than one list: what is behind it need not wait for somebody to ask.
    if (pending.length === BATCH && total > 0) again = true;
    return total;
  };

  return {
    async run() {
      // One round at a time in this process; a call during a round makes one more round.
      if (running !== undefined) {
        again = true;
        return running;
      }
      running = (async () => {
        let total = 0;
        do {
          again = false;
          total += await runOnce();
        } while (again);
        return total;
      })();
      try {
        return await running;
      } finally {
        running = undefined;
      }
    },
  };
}

/** Alerts of one identity are settled one after the other: those of one of our own pages, else those that correlate, else a group. */
const identityOf = (fact: AlertFact, services: Services): string =>
  fact.ownIncidentId === undefined ? (windowKeyOf(fact, services) ?? fact.correlationKey) : `own|${fact.ownIncidentId}`;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** What fails stays pending for the next round, and keeps no other alert from being settled. */
async function leaveWhatFails(
  deps: IntakeDeps,
  key: string,
  alerts: PendingAlert[],
  settle: (deps: IntakeDeps, alerts: PendingAlert[], key: string) => Promise<number>,
): Promise<number> {
  try {
    return await settle(deps, alerts, key);
  } catch (error) {
    deps.log.error("intake-failed", { identity: key, pending: alerts.length, error });
    return 0;
  }
}

async function settleIdentity(deps: IntakeDeps, alerts: readonly PendingAlert[], key: string): Promise<number> {
  const lease = await deps.leases.acquire(`intake|${key}`, deps.owner, deps.leaseMs);
  if (!lease) return 0;
  try {
    let settled = 0;
    for (const batch of batchesOf(alerts)) settled += await settleWithoutPoison(deps, key, batch);
    return settled;
  } finally {
    await deps.leases.release(`intake|${key}`, deps.owner);
  }
}

/**
 * One group that cannot be settled must not hold back those it came with: then each is settled by itself. Never each alert: what
 * only says something about a group would find that it begins nothing.
 */
async function settleWithoutPoison(deps: IntakeDeps, key: string, batch: PendingAlert[]): Promise<number> {
  const groups = [...groupBy(batch, ({ fact }) => fact.correlationKey).values()];
  try {
    return await settleAndClear(deps, batch);
  } catch (error) {
    // A store that is away is away for each of them, too.
    if (groups.length === 1 || error instanceof AppendTimeoutError || error instanceof StoreUnavailableError)
      throw error;
    deps.log.warn("intake-batch-failed", { identity: key, pending: batch.length, error });
    let settled = 0;
    for (const group of groups) settled += await leaveWhatFails(deps, key, group, settleAndClear);
    return settled;
  }
}

async function settleAndClear(deps: IntakeDeps, batch: readonly PendingAlert[]): Promise<number> {
  const results = await settleBatch(deps, batch);
  await Promise.all(
    batch.map(({ id, fact }) => deps.inbox.markDone(id, results.get(fact.dedupeKey) ?? "already attached")),
  );
  return batch.length;
}

/** The alerts in order, cut so that each batch fits into one entry. */
function batchesOf(alerts: readonly PendingAlert[]): PendingAlert[][] {
  const batches: PendingAlert[][] = [];
  let bytes = 0;
  for (const alert of alerts) {
    const length = Buffer.byteLength(JSON.stringify(attached(alert.fact)));
    const current = batches.at(-1);
    if (current && current.length < PER_ENTRY && bytes + length <= BYTES_PER_ENTRY) {
      current.push(alert);
      bytes += length;
    } else {
      batches.push([alert]);
      bytes = length;
    }
  }
  return batches;
}

/** How often what moved under our hands is looked up again, before it waits for the next round. */
const ROUNDS = 5;

/** One entry an incident for these alerts. @returns what became of each, by dedupe key, for the inbox. */
async function settleBatch(deps: IntakeDeps, batch: readonly PendingAlert[]): Promise<Map<string, string>> {
  const results = new Map<string, string>();
  let open = batch.map(({ fact }) => fact);
  for (let round = 0; open.length > 0; round += 1) {
    if (round === ROUNDS) throw new DestinationError(open.length);
    // 1. Which incident each group belongs to now.
    const groups = [...groupBy(open, ({ correlationKey }) => correlationKey).values()];
    const placed = await Promise.all(
      groups.map(async (facts) => ({ facts, incident: await destinationOf(facts, deps) })),
    );
    const byIncident = groupBy(placed, ({ incident }) => incident ?? "");
    open = [];
    for (const [incident, group] of byIncident) {
      const facts = group.flatMap((one) => one.facts);
      if (incident === "") {
        deps.log.info("alert-without-incident", {
          alerts: facts.length,
          kinds: [...new Set(facts.map(({ kind }) => kind))],
        });
        for (const { dedupeKey } of facts) results.set(dedupeKey, "no-incident");
        continue;
      }
      // 2. Open or attach. What is refused has found its incident closed, merged or split meanwhile, and is placed anew.
      if ((await record(deps, incident, facts)) === "refused") open.push(...facts);
      else for (const { dedupeKey } of facts) results.set(dedupeKey, `attached to ${incident}`);
    }
  }
  return results;
}

function opening(
  incident: string,
  opener: AlertFact,
  alerts: OpenIncident["alerts"],
  { services, library }: IntakeDeps,
): OpenIncident {
  const choice = runbooksFor(opener, services, library);
  return {
    opened: inLedgerForm(openedBy(incident, opener, services, choice)),
    ...ruleOf(opener),
    alerts,
    runbooks: choice.matches,
  };
}

/** An alert already in the stream adds nothing, in whatever batch it comes again. */
async function record(
  deps: IntakeDeps,
  incident: string,
  facts: readonly AlertFact[],
): Promise<"recorded" | "refused"> {
  const [first] = facts;
  if (!first) return "recorded";
  const command = { commandId: commandIdOf(facts), actor: webhook(first) };
  const alerts = facts.map(attached);
  const routes = facts.flatMap((fact) => routed(fact) ?? []);
  const opener = opensFirst(facts, deps.services);
  const worst = worstOf(facts, deps.services);
  const ours = facts.every(({ ownIncidentId }) => ownIncidentId !== undefined);
  const result = await deps.ledger.execute(incident, command, (state, now) =>
    state.status === "none" && opener
      ? openIncident(state, { ...opening(incident, opener, alerts, deps), routes, ours, ...worst })
      : attachAlerts(state, { alerts, routes, ours, ...worst, reopen: { grace: deps.grace, now } }),
  );
  // The projection comes before the inbox item is cleared: a crash in between leaves the item, never a lost incident.
  await deps.settled(result.state);
  return result.kind === "refused" ? "refused" : "recorded";
}

/** The same set of alerts, in any order, is the same command. */
const commandIdOf = (facts: readonly AlertFact[]): string =>
  `alerts-${createHash("sha256")
    .update(
      facts
        .map(({ dedupeKey }) => dedupeKey)
        .sort()
        .join("\n"),
    )
    .digest("hex")}`;

const webhook = (fact: AlertFact): EntryActor => ({ kind: "webhook", id: fact.source, basis: "signature" });
