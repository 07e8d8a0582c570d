import { isUnavailable } from "../clients/unavailable.ts";
import type { IndexTable } from "../index-table/index-table.ts";
import type { Leases } from "../index-table/leases.ts";
import type { Instant } from "../platform/clock.ts";
import { number, readNumber, readText, text } from "../platform/dynamo.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { type StoreMissedDeps, storeMissedAlerts } from "./store-missed-alerts.ts";

/**
 * OnCall does not repeat a webhook that got an answer, whatever the answer was. So its open alert groups are looked through at
 * intervals, by one replica at a time, and what was missed goes the way of every alert.
 */
export interface Reconciler {
  start(): void;
  stop(): void;
  /** One round, if it is this replica's turn. Never throws. @returns milliseconds until the next one */
  run(): Promise<number>;
  /** How the newest round went, whoever made it; undefined before the first. */
  lastRound(): { at: Instant; failed: string | undefined } | undefined;
}

export interface ReconcilerDeps extends StoreMissedDeps {
  index: Pick<IndexTable, "get" | "put">;
  leases: Leases;
  metrics: Metrics;
  tasks: Tasks;
  /** This process, as lease holder. */
  owner: string;
  everyMs: number;
  leaseMs: number;
  /** Something was put into the inbox. */
  onStored: () => void;
}

const LEASE = "reconcile-alerts";
const ROW = { pk: "HEARTBEAT#reconciler", sk: "H" };
/** What was open for longer than this when the product was first started is not its business. */
const BEFORE_FIRST_START_MS = 3_600_000;
/** A webhook and its answer take seconds at most. */
const MAX_GRACE_MS = 10_000;
/** Of the lease: a round must be over before another replica may begin one. */
const BUDGET_SHARE = 0.8;

export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const { index, leases, clock, log, owner, everyMs, leaseMs, tasks } = deps;
  const rounds = deps.metrics.counter("ic_reconcile_rounds_total", "Looks at OnCall's open alert groups, by outcome.");
  const missed = deps.metrics.counter("ic_reconcile_missed_total", "Alerts that no webhook had told us of.");
  const known = new Set<string>();
  let last: ReturnType<Reconciler["lastRound"]>;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const round = async (since: Instant): Promise<string | undefined> => {
    const graceMs = Math.min(everyMs, MAX_GRACE_MS);
    const looked = await storeMissedAlerts({ since, graceMs, budgetMs: leaseMs * BUDGET_SHARE, known }, deps);
    rounds.add({ outcome: isUnavailable(looked) ? "failed" : "ok" });
    if (isUnavailable(looked)) return looked.unavailable;
    missed.add({}, looked.stored);
    if (looked.stored > 0) deps.onStored();
    return undefined;
  };

  const turn = async (): Promise<number> => {
    const row = await index.get(ROW.pk, ROW.sk);
    const at = readNumber(row, "at");
    if (at !== undefined) last = { at, failed: readText(row, "failed") };
    if (!(await leases.acquire(LEASE, owner, leaseMs))) {
      const until = (await leases.read(LEASE))?.until ?? 0;
      return Math.min(everyMs, Math.max(0, until - clock.now()) + SOON_MS);
    }
    const since = readNumber(row, "since") ?? clock.now() - BEFORE_FIRST_START_MS;
    const failed = await round(since);
    last = { at: clock.now(), failed };
    await index.put({
      pk: text(ROW.pk),
      sk: text(ROW.sk),
      since: number(since),
      at: number(last.at),
      ...(failed === undefined ? {} : { failed: text(failed) }),
    });
    // A little early, so that the one who has it comes first again.
    await leases.release(LEASE, owner, clock.now() + everyMs - SOON_MS);
    return everyMs;
  };

  const run: Reconciler["run"] = async () => {
    try {
      return await turn();
    } catch (error) {
      rounds.add({ outcome: "failed" });
      log.warn("reconcile-failed", { error });
      return everyMs;
    }
  };

  const next = (inMs: number) => {
    if (stopped) return;
    timer = setTimeout(() => tasks.track("reconcile", run().then(next)), inMs);
    timer.unref();
  };

  return {
    run,
    lastRound: () => last,
    start: () => tasks.track("reconcile", run().then(next)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

const SOON_MS = 50;
