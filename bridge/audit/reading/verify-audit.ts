import type { ReaderCall, ReaderHandler } from "../../app.ts";
import { type JsonReply, problem } from "../../ingress/reply.ts";
import { type Clock, type Instant, iso } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Finding } from "../proof/finding.ts";
import { VERIFIER_VERSION } from "../proof/report.ts";
import type { Looked, Verification } from "../verification.ts";
import { type AuditStatus, auditStatus, streamStatus } from "../watch/audit-status.ts";
import type { ReadBudget } from "./read-budget.ts";
import type { RecordRead } from "./record-read.ts";

/** How the record stands. Findings of epochs that a person has ended are among them: they stay for ever. */
export interface AuditAnswer {
  status: AuditStatus;
  checked: { incidents: number; entries: number };
  findings: Finding[];
  log: { size: number; root: string; checkpointAt: string; ageSeconds: number } | null;
  unproved: { entries: number; incidents: number };
  verifiedAt: string | null;
  verifierVersion: string;
}

export interface VerifyAuditDeps {
  /** Undefined where no log is configured: nothing is looked at then. */
  verification: Verification | undefined;
  budget: ReadBudget;
  recordRead: RecordRead;
  clock: Clock;
  log: Logger;
}

/** A little less than the route allows. */
const LIVE_BUDGET_MS = 55_000;
const INCIDENT = /^[A-Za-z0-9-]{1,64}$|^_system$/;

/** `GET /audit/verify?incident=&mode=cached|live`: 200 for a look that was made, whatever it found; 503 for none. */
export function createVerifyAudit(deps: VerifyAuditDeps): ReaderHandler {
  const { verification, budget, clock } = deps;
  /** One live look at a time: who asks for the same one shares it, who asks for another waits. */
  const looking = new Map<string, Promise<AuditAnswer | JsonReply>>();
  let queue: Promise<unknown> = Promise.resolve();

  const live = (of: Verification, incident: string | undefined): Promise<AuditAnswer | JsonReply> => {
    const key = incident ?? "";
    const shared = looking.get(key);
    if (shared !== undefined) return shared;
    const look = queue
      .then(async () => {
        const refused = await budget.takeLive();
        // Not the caller's own signal: others may wait for the same look.
        return refused ?? fresh(await of.look(AbortSignal.timeout(LIVE_BUDGET_MS), incident));
      })
      .finally(() => looking.delete(key));
    queue = look.catch(() => undefined);
    looking.set(key, look);
    return look;
  };

  const answer = async ({ query }: ReaderCall): Promise<AuditAnswer | JsonReply> => {
    const incident = query.get("incident") ?? undefined;
    if (!verification) return UNKNOWN;
    try {
      return query.get("mode") === "live"
        ? await live(verification, incident)
        : await cached(verification, incident, clock.now());
    } catch (error) {
      deps.log.error("audit-look-failed", { incident, error });
      return UNKNOWN;
    }
  };

  return async (call) => {
    const refused = malformed(call.query) ?? (await budget.take(call.reader.name));
    if (refused) return refused;
    const given = await answer(call);
    if (!("verifierVersion" in given)) return given;
    const incident = call.query.get("incident");
    await deps.recordRead({
      type: "AuditRead",
      reader: call.reader.name,
      what: "verify",
      incident,
      mode: call.query.get("mode") === "live" ? "live" : "cached",
      outcome: given.status,
    });
    return { status: given.status === "unknown" ? 503 : 200, body: given };
  };
}

const NAMES = new Set(["incident", "mode"]);

function malformed(query: URLSearchParams): JsonReply | undefined {
  const names = [...query.keys()];
  const wrong = names.find((name) => !NAMES.has(name) || query.getAll(name).length > 1);
  if (wrong !== undefined)
    return problem(400, "query-unknown", "Ask with incident and mode, each at most once; nothing else is understood.");
  const incident = query.get("incident");
  if (incident !== null && !INCIDENT.test(incident))
    return problem(400, "incident-malformed", "incident is no incident id; it looks like INC-20261121-0914-7F3K.");
  const mode = query.get("mode");
  if (mode !== null && mode !== "cached" && mode !== "live")
    return problem(400, "mode-unknown", "mode is cached (default) or live.");
  return undefined;
}

const UNKNOWN: AuditAnswer = {
  status: "unknown",
  checked: { incidents: 0, entries: 0 },
  findings: [],
  log: null,
  unproved: { entries: 0, incidents: 0 },
  verifiedAt: null,
  verifierVersion: VERIFIER_VERSION,
};

/** As a look made now has found it. Where there was nothing to look at, nothing is known. */
function fresh({ at, checked, findings, settled, log, unproved }: Looked): AuditAnswer {
  const all = [...findings, ...settled];
  const status = all.length > 0 ? "broken" : checked.incidents === 0 ? "unknown" : "ok";
  return {
    status,
    checked,
    findings: all,
    log: log ? logAnswer(log.size, log.root, log.checkpointAt, at) : null,
    unproved,
    verifiedAt: iso(at),
    verifierVersion: VERIFIER_VERSION,
  };
}

/** As the passes of all replicas have left it. */
async function cached(
  { view, records, periods, isOpen }: Verification,
  incident: string | undefined,
  now: Instant,
): Promise<AuditAnswer> {
  const seen = await view();
  const { B, C } = seen;
  const { size = 0, checkpointAt = 0 } = C?.counts ?? {};
  const log = C?.root === undefined ? null : logAnswer(size, C.root, checkpointAt, now);
  if (incident === undefined) {
    const findings = seen.broken.flatMap((one) => [...one.findings, ...one.settled]);
    return {
      status: auditStatus(seen, now, periods),
      checked: { incidents: B?.counts.incidents ?? 0, entries: B?.counts.entries ?? 0 },
      findings,
      log,
      unproved: { entries: B?.counts.unprovedEntries ?? 0, incidents: B?.counts.unprovedIncidents ?? 0 },
      verifiedAt: B ? iso(B.at) : null,
      verifierVersion: VERIFIER_VERSION,
    };
  }
  const [mark, broken, open] = await Promise.all([
    records.mark(incident),
    records.brokenOf(incident),
    isOpen(incident),
  ]);
  return {
    status: streamStatus({ mark, broken, open }, now, periods),
    checked: { incidents: mark?.walkedAt === undefined ? 0 : 1, entries: mark?.entries ?? 0 },
    findings: [...(broken?.findings ?? []), ...(broken?.settled ?? [])],
    log,
    unproved: { entries: mark?.uncovered ?? 0, incidents: (mark?.uncovered ?? 0) > 0 ? 1 : 0 },
    verifiedAt: mark?.walkedAt === undefined ? null : iso(mark.walkedAt),
    verifierVersion: VERIFIER_VERSION,
  };
}

const logAnswer = (size: number, root: string, checkpointAt: Instant, now: Instant) => ({
  size,
  root,
  checkpointAt: iso(checkpointAt),
  ageSeconds: Math.max(0, Math.round((now - checkpointAt) / 1_000)),
});
