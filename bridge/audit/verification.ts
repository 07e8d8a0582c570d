import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { checkLog } from "./proof/check-log.ts";
import { allIncidents, checkIncident } from "./proof/check-streams.ts";
import type { Finding } from "./proof/finding.ts";
import type { LogStore } from "./proof/log-store.ts";
import type { VerifierKey } from "./proof/signed-note.ts";
import type { StoredStreams } from "./stored-streams.ts";

/** What the last finished look at all of ledger and log has found. */
export interface Verified {
  /** Milliseconds; when the look ended. */
  at: number;
  checked: { incidents: number; entries: number };
  findings: Finding[];
  log: { size: number; root: string; checkpointAt: number } | undefined;
  unproved: { entries: number; incidents: number };
}

/** Looks at the whole record again and again. Nothing here repairs. */
export interface Verification {
  /** One look. Two at once are one. Throws when nothing could be looked at. */
  look(): Promise<Verified>;
  /** Undefined until a first look has ended: nothing looked at is unknown, never well. */
  last(): Verified | undefined;
  start(): void;
  stop(): void;
}

export function createVerification(deps: {
  streams: StoredStreams;
  log: LogStore;
  key: VerifierKey;
  everyMs: number;
  clock: Clock;
  metrics: Metrics;
  tasks: Tasks;
  logger: Logger;
}): Verification {
  const { streams, clock, metrics, logger } = deps;
  const gauges = {
    ok: metrics.gauge("ic_audit_chain_ok", "1 when the last look at ledger and log found nothing, else 0."),
    success: metrics.gauge("ic_audit_verify_last_success_timestamp_seconds", "When a look last came to its end."),
    findings: metrics.gauge("ic_audit_findings", "What the last look found, by code."),
    age: metrics.gauge("ic_audit_checkpoint_age_seconds", "Age of the newest checkpoint at the last look."),
    tail: metrics.gauge("ic_audit_uncheckpointed_entries", "Entries that no checkpoint covered at the last look."),
  };
  let last: Verified | undefined;
  let running: Promise<Verified> | undefined;
  let remembered: { size: number; root: string } | undefined;
  let codes = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const whole = async (): Promise<Verified> => {
    const log = await checkLog(deps.log, { keys: [deps.key], remembered });
    const verified: Verified = {
      at: 0,
      checked: { incidents: 0, entries: 0 },
      findings: [...log.findings],
      log: log.head && { size: log.head.size, root: log.head.root.toString("hex"), checkpointAt: log.head.at },
      unproved: { entries: 0, incidents: 0 },
    };
    for await (const incident of allIncidents(streams, log)) {
      const { stream, publish, uncovered } = await checkIncident(incident, streams.items(incident), log);
      verified.checked.incidents += 1;
      verified.checked.entries += stream.entries;
      verified.findings.push(...stream.findings, ...publish.findings);
      verified.unproved.entries += uncovered;
      verified.unproved.incidents += uncovered > 0 ? 1 : 0;
    }
    verified.at = clock.now();
    if (log.head && log.findings.length === 0)
      remembered = { size: log.head.size, root: log.head.root.toString("hex") };
    return verified;
  };

  const show = ({ at, findings, log, unproved }: Verified) => {
    gauges.ok.set(findings.length === 0 ? 1 : 0, { scope: "all" });
    gauges.success.set(at / 1_000, { pass: "whole" });
    gauges.tail.set(unproved.entries);
    if (log) gauges.age.set(Math.max(0, at - log.checkpointAt) / 1_000);
    const now = new Map<string, number>();
    for (const { code } of findings) now.set(code, (now.get(code) ?? 0) + 1);
    // A code that is no longer found goes back to nought: a gauge does not forget by itself.
    for (const code of new Set([...codes, ...now.keys()])) gauges.findings.set(now.get(code) ?? 0, { code });
    codes = new Set(now.keys());
  };

  const look = () => {
    running ??= whole()
      .then((verified) => {
        last = verified;
        show(verified);
        for (const finding of verified.findings.slice(0, MAX_LOGGED)) logger.error("audit-finding", { ...finding });
        return verified;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      const turn = look().then(
        () => undefined,
        (error: unknown) => logger.error("audit-look-failed", { error }),
      );
      deps.tasks.track("audit-look", turn.then(next));
    }, deps.everyMs);
    timer.unref();
  };

  return {
    look,
    last: () => last,
    start: next,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

const MAX_LOGGED = 20;
