import type { Clock, Instant } from "../../platform/clock.ts";
import type { Verification } from "../verification.ts";
import { type AuditStatus, streamStatus } from "../watch/audit-status.ts";

/** How the record of one incident stands, as the last passes of all replicas left it. */
export interface AuditFacts {
  status: AuditStatus;
  /** Findings, those of epochs that a person has ended among them. */
  findings: number;
  /** When the whole record was last walked. */
  walkedAt: Instant | undefined;
  /** Entries that no checkpoint covered then. */
  uncovered: number;
  /** The newest checkpoint, of all incidents together. */
  checkpoint: { size: number; root16: string; at: Instant } | undefined;
}

/** Reads it; undefined where no log is configured, and nothing looks. */
export type ReadAuditFacts = (incident: string) => Promise<AuditFacts | undefined>;

export const createAuditFacts =
  ({ verification, clock }: { verification: Verification | undefined; clock: Clock }): ReadAuditFacts =>
  async (incident) => {
    if (!verification) return undefined;
    const { records, periods, isOpen } = verification;
    const [mark, broken, open, log] = await Promise.all([
      records.mark(incident),
      records.brokenOf(incident),
      isOpen(incident),
      records.pass("C"),
    ]);
    const { size = 0, checkpointAt = 0 } = log?.counts ?? {};
    return {
      status: streamStatus({ mark, broken, open }, clock.now(), periods),
      findings: broken?.total ?? 0,
      walkedAt: mark?.walkedAt,
      uncovered: mark?.uncovered ?? 0,
      checkpoint: log?.root === undefined ? undefined : { size, root16: log.root.slice(0, 16), at: checkpointAt },
    };
  };
