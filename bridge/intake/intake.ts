import { createHash } from "node:crypto";
import { attachAlerts, openIncident } from "../incident/decide/alerts.ts";
import type { Incident } from "../incident/state.ts";
import type { CorrelationRows } from "../index-table/correlation.ts";
import type { Leases } from "../index-table/leases.ts";
import type { AlertFact } from "../ingress/alert-fact.ts";
import type { Inbox, PendingAlert } from "../ingress/inbox.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Services } from "../services/services.ts";
import { attached, openedBy, opens, opensAnew } from "./opening.ts";

/** Turns stored alerts into ledger entries. Every step may be repeated: the inbox item is cleared last. */
export interface Intake {
  /** Works through what is pending now. @returns how many alerts were settled. */
  run(): Promise<number>;
}

export interface IntakeDeps {
  inbox: Pick<Inbox, "listPending" | "markDone">;
  correlation: CorrelationRows;
  leases: Leases;
  ledger: Ledger;
  services: Services;
  clock: Clock;
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
    const byIdentity = groupBy(pending, ({ fact }) => identityOf(fact));
    const settled = await Promise.all([...byIdentity].map(([key, alerts]) => settleOrLeave(deps, key, alerts)));
    return settled.reduce((sum, count) => sum + count, 0);
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

/** A group that our own page created belongs to the incident it links to, whatever its own id. */
const identityOf = (fact: AlertFact): string =>
  fact.ownIncidentId === undefined ? fact.correlationKey : `own|${fact.ownIncidentId}`;

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
async function settleOrLeave(deps: IntakeDeps, key: string, alerts: PendingAlert[]): Promise<number> {
  try {
    return await settleIdentity(deps, key, alerts);
  } catch (error) {
    deps.log.error("intake-failed", { identity: key, pending: alerts.length, error });
    return 0;
  }
}

async function settleIdentity(deps: IntakeDeps, key: string, alerts: PendingAlert[]): Promise<number> {
  const lease = await deps.leases.acquire(`intake|${key}`, deps.owner, deps.leaseMs);
  if (!lease) return 0;
  try {
    let settled = 0;
    for (const batch of batchesOf(alerts)) {
      const result = await settleBatch(deps, batch);
      for (const { id } of batch) await deps.inbox.markDone(id, result);
      settled += batch.length;
    }
    return settled;
  } finally {
    await deps.leases.release(`intake|${key}`, deps.owner);
  }
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

/** One entry for many alerts of one identity. @returns what became of them, for the inbox. */
async function settleBatch(deps: IntakeDeps, batch: readonly PendingAlert[]): Promise<string> {
  const facts = batch.map(({ fact }) => fact);
  const [first] = facts;
  if (!first) return "nothing";

  // 1. Which incident: the one this identity has, unless that one is over and the alert fires again.
  const incident = await incidentFor(deps, first, facts);
  if (incident === undefined) {
    deps.log.info("alert-without-incident", { correlationKey: first.correlationKey, kind: first.kind });
    return "no-incident";
  }

  // 2. Open or attach. An alert already in the stream adds nothing, in whatever batch it comes again.
  const command = { commandId: commandIdOf(facts), actor: webhook(first) };
  const alerts = facts.map(attached);
  const opener = facts.find(opens);
  const result = await deps.ledger.execute(incident, command, (state) =>
    state.status === "none" && opener
      ? openIncident(state, { opened: inLedgerForm(openedBy(incident, opener, deps.services)), alerts })
      : attachAlerts(state, { alerts }),
  );
  // 3. The projection comes before the inbox item is cleared: a crash in between leaves the item, never a lost incident.
  await deps.settled(result.state);
  return `attached to ${incident}`;
}

async function incidentFor(
  deps: IntakeDeps,
  first: AlertFact,
  facts: readonly AlertFact[],
): Promise<string | undefined> {
  if (first.ownIncidentId !== undefined) {
    const known = await deps.ledger.load(first.ownIncidentId);
    if (known.status !== "none") return deps.correlation.alias(first.correlationKey, first.ownIncidentId);
  }
  const row = await deps.correlation.find(first.correlationKey);
  const opener = facts.find(opens);
  if (!row) return opener && (await deps.correlation.claim(first.correlationKey, deps.clock.now())).incident;
  if (!opener) return row.incident;
  const state = await deps.ledger.load(row.incident);
  const over = state.status === "resolved" || state.status === "archived";
  const isNew = facts.some((fact) => opensAnew(fact) && !state.alerts.dedupeKeys.has(fact.dedupeKey));
  if (!over || !isNew) return row.incident;
  return (await deps.correlation.claim(first.correlationKey, deps.clock.now(), row.version)).incident;
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
