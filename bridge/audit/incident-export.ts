import type { Clock } from "../platform/clock.ts";
import { type Checkpoint, type CheckpointSigner, HeadRefusedError, SignerStoppedError } from "./checkpoint-signer.ts";
import { exportBundle, type RevealDetails } from "./export-bundle.ts";
import { checkLog } from "./proof/check-log.ts";
import type { LogStore } from "./proof/log-store.ts";
import type { VerifierKey } from "./proof/signed-note.ts";
import type { StoredStreams } from "./stored-streams.ts";

export interface PreparedExport {
  /** Covers every entry that there was; undefined where the record or the log does not hold, which the bundle shows by itself. */
  checkpoint: Checkpoint | undefined;
  /** Why there is no checkpoint. */
  uncovered: string | undefined;
  pieces: AsyncGenerator<Uint8Array>;
}

/** Exports one incident for outside eyes. */
export interface IncidentExport {
  /**
   * Has the record covered by a checkpoint, now, and makes ready to send it. Undefined when neither ledger nor log knows the
   * incident. What does not hold is exported as it is found. @throws whatever the stores throw
   */
  prepare(incident: string, revealed?: RevealDetails): Promise<PreparedExport | undefined>;
}

export function createIncidentExport(deps: {
  streams: Pick<StoredStreams, "items">;
  log: LogStore;
  key: VerifierKey;
  signer: Pick<CheckpointSigner, "cover">;
  clock: Clock;
}): IncidentExport {
  const inLedger = async (incident: string) => {
    for await (const _ of deps.streams.items(incident)) return true;
    return false;
  };
  return {
    async prepare(incident, revealed) {
      const pieces = () => exportBundle(incident, { ...deps, revealed });
      if (!(await inLedger(incident))) {
        // Somebody may have removed all of it: then the log still says that it was there.
        const { heads } = await checkLog(deps.log, { keys: [deps.key] });
        return heads.has(incident)
          ? { checkpoint: undefined, uncovered: "the ledger holds nothing of it", pieces: pieces() }
          : undefined;
      }
      try {
        return { checkpoint: await deps.signer.cover(incident, 1), uncovered: undefined, pieces: pieces() };
      } catch (error) {
        if (!(error instanceof HeadRefusedError || error instanceof SignerStoppedError)) throw error;
        return { checkpoint: undefined, uncovered: error.message, pieces: pieces() };
      }
    },
  };
}
