import type { Leases } from "../index-table/leases.ts";
import { SYSTEM_STREAM } from "../ledger/system-stream.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { bodyHash } from "./proof/check-entries.ts";
import type { LogReport } from "./proof/check-log.ts";
import type { Finding } from "./proof/finding.ts";
import type { LogStore } from "./proof/log-store.ts";
import type { VerifierKey } from "./proof/signed-note.ts";
import type { StoredStreams } from "./stored-streams.ts";
import { auditGauges } from "./watch/audit-gauges.ts";
import { type AuditRecords, type Broken, PASSES, type Pass, type PassResult } from "./watch/audit-records.ts";
import type { AuditPeriods, AuditView } from "./watch/audit-status.ts";
import { dueWalks } from "./watch/due-walks.ts";
import { checkTail, type Walk, walkIncident } from "./watch/walk-incident.ts";
import { createWatchedLog } from "./watch/watched-log.ts";

/** Looks at the whole record again and again, once for all replicas together. It repairs nothing but the index, from what holds. */
export interface Verification {
  /** One turn: the passes that are due and that no other replica has taken, then what all have found. Never throws. */
  turn(): Promise<void>;
  /**
   * Looks now, whoever looked when: at one stream, or at all of them, and at the log. Ends early when `signal` is aborted.
   * @throws whatever made it impossible to look
   */
  look(signal: AbortSignal, incident?: string): Promise<Looked>;
  /** What was found, by all replicas together. */
  view(): Promise<AuditView>;
  /** Why nothing may be built on this stream, as far as this process knows. */
  standing(incident: string): Finding | undefined;
  readonly records: AuditRecords;
  readonly periods: AuditPeriods;
  isOpen(incident: string): Promise<boolean>;
  start(): void;
  stop(): void;
}

/** What one look at the stored record has found. */
export interface Looked {
  at: Instant;
  checked: { incidents: number; entries: number };
  findings: Finding[];
  settled: Finding[];
  log: { size: number; root: string; checkpointAt: Instant } | undefined;
  unproved: { entries: number; incidents: number };
}

export interface VerificationDeps {
  streams: StoredStreams;
  log: LogStore;
  key: VerifierKey;
  records: AuditRecords;
  leases: Leases;
  /** This process, as holder of a pass. */
  owner: string;
  listOpen: () => Promise<string[]>;
  /** Told, every turn, of every stream that is broken: whoever is told twice does nothing twice. */
  onBroken: (broken: readonly Broken[]) => Promise<void>;
  /** Writes rows of the index that are gone again, for a stream that was found to hold. @returns whether it is not over */
  restoreRows: (incident: string, alive: readonly string[]) => Promise<boolean>;
  periods: AuditPeriods;
  clock: Clock;
  metrics: Metrics;
  tasks: Tasks;
  logger: Logger;
}

/** Of a turn, so much may be spent on whole walks: the next turn goes on with what is most overdue then. */
const WALKING_SHARE = 0.5;
/** A replica that dies in a pass keeps the others from it this long. */
const MIN_LEASE_MS = 120_000;
/** Streams and leaves are all read anew this often: the cheap looks in between do not see what becomes of old ones. */
const SCAN_EVERY_MS = 12 * 3_600_000;
/** A turn begins a little earlier or later on each replica; none must miss its pass for that. */
const EARLY = 0.9;

export function createVerification(deps: VerificationDeps): Verification {
  const { streams, records, leases, owner, clock, logger, periods } = deps;
  const gauges = auditGauges(deps.metrics);
  const log = createWatchedLog({ log: deps.log, key: deps.key, remembered: records.remembered });
  let broken = new Map<string | null, Broken>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** What is new in the log; the whole of it when that is asked for, and as long as anybody has found that it does not hold. */
  const readLog = async ({ whole = false } = {}): Promise<LogReport> => {
    const suspect = (await records.brokenOf(null)) !== undefined;
    const report = await (whole || suspect ? log.readWhole() : log.read());
    // What another replica has found meanwhile is not taken back by a look that has not read as much.
    if (suspect || report.findings.length > 0) await records.brokenLog(report.findings);
    if (report.head && report.findings.length === 0)
      await records.remember({ size: report.head.size, root: report.head.root.toString("hex") });
    return report;
  };

  /** Whole, and written down; the watermark moves only over what holds. */
  const walk = async (incident: string, report: LogReport): Promise<Walk> => {
    const mark = await records.mark(incident);
    const walked = await walkIncident(incident, streams, report, mark?.watermark);
    await records.walked(walked, clock.now());
    if (walked.findings.length === 0 && walked.head.seq > 0) await records.advance(incident, walked.head);
    return walked;
  };

  /** Whether the next turn looks again: it is not over, or nobody could see whether it is. */
  const restore = async (
    { incident, findings }: Walk,
    alive: ReadonlySet<string>,
    before: boolean,
  ): Promise<boolean> => {
    if (incident === SYSTEM_STREAM || findings.length > 0) return before;
    let open = true;
    try {
      open = await deps.restoreRows(incident, [...alive]);
    } catch (error) {
      logger.warn("index-not-restored", { incident, error });
    }
    if (open !== before) await records.noteOpen(incident, open);
    return open;
  };

  const passes: Record<Pass, () => Promise<PassResult>> = {
    async C() {
      const known = (await records.pass("C"))?.counts.size ?? 0;
      const report = await readLog();
      // Every new head is looked up in the ledger: what the log says of it and the ledger does not is wrong by itself.
      for (const [incident, heads] of report.heads) {
        for (const head of heads.filter(({ index }) => index >= known)) {
          if ((await hashAt(streams, incident, head.seq)) === head.hash) continue;
          await walk(incident, report);
          break;
        }
      }
      const { head, unsigned, findings } = report;
      const { size, at: checkpointAt } = head ?? { size: 0, at: 0 };
      return {
        at: clock.now(),
        counts: { leaves: size + unsigned, unsigned, findings: findings.length, size, checkpointAt },
        root: head?.root.toString("hex"),
      };
    },

    async A() {
      // The product's own stream never ends, so its tail is looked at like that of an open incident.
      const open = [SYSTEM_STREAM, ...(await deps.listOpen())];
      let entries = 0;
      for (const incident of open) {
        const mark = (await records.mark(incident))?.watermark;
        // Never seen before: pass B begins with it.
        if (!mark) continue;
        const tail = await checkTail(incident, streams, mark);
        entries += tail.entries;
        if (tail.findings.length > 0) await walk(incident, await readLog());
        else await records.advance(incident, tail.head);
      }
      return { at: clock.now(), counts: { incidents: open.length, entries } };
    },

    async B() {
      const until = clock.monotonic() + periods.everyMs * WALKING_SHARE;
      const marks = new Map((await records.marks()).map((mark) => [mark.incident, mark]));
      const walkedAt = new Map([...marks].map(([incident, mark]) => [incident, mark.walkedAt]));
      // Rows of the index can be gone: what its own ledger said last, and what the log names, count as well.
      const open = new Set(await deps.listOpen());
      for (const mark of marks.values()) if (mark.open) open.add(mark.incident);
      const report = await readLog();
      for (const incident of report.heads.keys()) if (!marks.has(incident)) walkedAt.set(incident, undefined);
      const due = dueWalks(walkedAt, open, clock.now(), periods);
      for (const incident of due) {
        if (stopped || clock.monotonic() > until) break;
        const walked = await walk(incident, report);
        const { entries, uncovered, publish } = walked;
        const stillOpen = await restore(walked, open, marks.get(incident)?.open ?? false);
        marks.set(incident, { incident, walkedAt: clock.now(), entries, uncovered, ...publish, open: stillOpen });
      }
      return { at: clock.now(), counts: totals([...marks.values()]) };
    },

    async scan() {
      const report = await readLog({ whole: true });
      const known = new Set((await records.marks()).map(({ incident }) => incident));
      const found = new Set<string>();
      for await (const incident of streams.incidents()) found.add(incident);
      for (const incident of report.heads.keys()) found.add(incident);
      const open = new Set(await deps.listOpen());
      for (const incident of found) {
        if (!known.has(incident)) await restore(await walk(incident, report), open, false);
      }
      return { at: clock.now(), counts: { incidents: found.size } };
    },
  };
  const everyMs = (pass: Pass): number => (pass === "scan" ? SCAN_EVERY_MS : periods.everyMs);

  const makePass = async (pass: Pass) => {
    const lease = `audit-pass-${pass}`;
    const startedAt = clock.now();
    if (!(await leases.acquire(lease, owner, Math.max(MIN_LEASE_MS, 2 * periods.everyMs)))) return;
    // Sooner again after a failure, and another replica may have more luck.
    let nextAt = startedAt + periods.everyMs / 2;
    try {
      await records.passed(pass, await passes[pass]());
      nextAt = startedAt + everyMs(pass) * EARLY;
    } finally {
      await leases.release(lease, owner, nextAt);
    }
  };

  const view = async (): Promise<AuditView> => {
    const [A, B, C, scan, all] = await Promise.all([...PASSES.map((pass) => records.pass(pass)), records.broken()]);
    return { A, B, C, scan, broken: all } as AuditView;
  };

  const step = async (name: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      logger.error("audit-pass-failed", { pass: name, error });
    }
  };

  const turn = async () => {
    for (const pass of ["C", "scan", "A", "B"] as const) if (!stopped) await step(pass, () => makePass(pass));
    await step("view", async () => {
      const seen = await view();
      const before = broken;
      broken = new Map(seen.broken.map((one) => [one.incident, one]));
      for (const one of seen.broken)
        if (before.get(one.incident)?.total !== one.total)
          logger.error("audit-findings", {
            incident: one.incident,
            total: one.total,
            findings: one.findings.slice(0, 5),
          });
      gauges.show(seen, clock.now());
      await deps.onBroken(seen.broken.filter(({ findings }) => findings.length > 0));
    });
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => deps.tasks.track("audit-turn", turn().then(next)), periods.everyMs);
    timer.unref();
  };

  return {
    turn,
    view,
    records,
    periods,
    standing: (incident) => broken.get(incident)?.findings[0],
    isOpen: async (incident) => incident === SYSTEM_STREAM || (await deps.listOpen()).includes(incident),

    async look(signal, only) {
      const report = await readLog();
      const looked: Looked = {
        at: 0,
        checked: { incidents: 0, entries: 0 },
        findings: [...report.findings],
        settled: [],
        log: report.head && {
          size: report.head.size,
          root: report.head.root.toString("hex"),
          checkpointAt: report.head.at,
        },
        unproved: { entries: 0, incidents: 0 },
      };
      const all = only === undefined ? await everyStream(streams, report) : [only];
      for (const incident of all) {
        signal.throwIfAborted();
        const known = only === undefined || report.heads.has(incident) || (await hasItems(streams, incident));
        if (!known) continue;
        const { entries, uncovered, findings, settled } = await walk(incident, report);
        looked.checked.incidents += 1;
        looked.checked.entries += entries;
        looked.findings.push(...findings);
        looked.settled.push(...settled);
        looked.unproved.entries += uncovered;
        looked.unproved.incidents += uncovered > 0 ? 1 : 0;
      }
      looked.at = clock.now();
      return looked;
    },

    // The first turn at once: a record that was changed while nobody looked is known before anything is built on it.
    start: () => deps.tasks.track("audit-turn", turn().then(next)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function hashAt(streams: StoredStreams, incident: string, seq: number): Promise<string | undefined> {
  for await (const { body } of streams.items(incident, seq - 1)) return body === undefined ? undefined : bodyHash(body);
  return undefined;
}

async function hasItems(streams: StoredStreams, incident: string): Promise<boolean> {
  for await (const _ of streams.items(incident)) return true;
  return false;
}

async function everyStream(streams: StoredStreams, report: LogReport): Promise<Set<string>> {
  const all = new Set<string>();
  for await (const incident of streams.incidents()) all.add(incident);
  for (const incident of report.heads.keys()) all.add(incident);
  return all;
}

function totals(marks: readonly Awaited<ReturnType<AuditRecords["marks"]>>[number][]): Record<string, number> {
  const sum = (of: (mark: (typeof marks)[number]) => number) => marks.reduce((all, mark) => all + of(mark), 0);
  const walked = marks.flatMap(({ walkedAt }) => (walkedAt === undefined ? [] : [walkedAt]));
  return {
    incidents: walked.length,
    entries: sum(({ entries }) => entries),
    unprovedEntries: sum(({ uncovered }) => uncovered),
    unprovedIncidents: sum(({ uncovered }) => (uncovered > 0 ? 1 : 0)),
    writes: sum(({ writes }) => writes),
    approved: sum(({ approved }) => approved),
    ...(walked.length === marks.length && walked.length > 0 ? { oldestWalkAt: Math.min(...walked) } : {}),
  };
}
