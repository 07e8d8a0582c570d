import type { EventOf } from "../../incident/events.ts";
import { BrokenChainError } from "../../ledger/ledger.ts";
import type { SystemStream } from "../../ledger/system-stream.ts";
import type { Logger } from "../../platform/logger.ts";

/** Writes down who has read what of the audit. */
export type RecordRead = (read: EventOf<"AuditRead" | "IncidentExported">) => Promise<void>;

/**
 * A read that cannot be recorded is not answered, with one exception: when the record of reads itself is what broke, somebody must
 * still be able to read that.
 */
export const createRecordRead =
  ({ system, log }: { system: SystemStream; log: Logger }): RecordRead =>
  async (read) => {
    const actor = { kind: "system" as const, id: `reader:${read.reader}`, basis: "audit:read" };
    try {
      await system.record(actor, read);
    } catch (error) {
      if (!(error instanceof BrokenChainError)) throw error;
      log.error("audit-read-unrecorded", { ...read, error });
    }
  };
