import { createHash } from "node:crypto";
import type { BundleFinding } from "../incident/decide/gate-checks.ts";
import { AppError } from "../platform/app-error.ts";
import type { Logger } from "../platform/logger.ts";
import { type CheckpointSigner, HeadRefusedError } from "./checkpoint-signer.ts";
import { createStreamCheck } from "./proof/check-entries.ts";
import type { StoredStreams } from "./stored-streams.ts";

export type ProveBundle = (incident: string, sha256: string) => Promise<BundleFinding>;

/** Where no log is configured there is no checkpoint that could cover anything. */
export const bundlesUnprovable: ProveBundle = async () =>
  refused("No audit log is configured here, so no bundle can be proven; the check can only be gone past.");

/**
 * Holds the digest against the record itself. 1. It must be that of `entries.ndjson` in a bundle of this incident, as its manifest
 * names it, or the hash of the bundle's last entry: both commit to every entry of the bundle. 2. The stream must verify from its
 * first entry on. 3. A signed checkpoint must cover it; one is signed now if need be.
 */
export const createProveBundle =
  (deps: {
    streams: Pick<StoredStreams, "items">;
    signer: Pick<CheckpointSigner, "cover">;
    log: Logger;
  }): ProveBundle =>
  async (incident, sha256) => {
    const check = createStreamCheck(incident);
    const bytes = createHash("sha256");
    let entries: number | undefined;
    let read = 0;
    for await (const item of deps.streams.items(incident)) {
      check.next(item);
      read += 1;
      bytes.update(`${item.body ?? ""}\n`, "utf8");
      if (item.hash === sha256 || bytes.copy().digest("hex") === sha256) entries = read; // 1
    }
    if (entries === undefined) {
      return refused(
        "This is no digest of this incident's record as it ever stood. Give the sha256 that the bundle's manifest.json names for entries.ndjson.",
      );
    }
    const [finding] = check.end().findings; // 2
    if (finding)
      return refused(`The record itself does not verify (${finding.code}), so no bundle of it proves anything.`);
    try {
      const { size, root } = await deps.signer.cover(incident, read); // 3
      return { kind: "covered", entries, size, root16: root.toString("hex").slice(0, 16) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      deps.log.error("bundle-not-covered", { incident, error });
      return refused(
        error instanceof HeadRefusedError
          ? "The audit log refuses this incident's record, so no bundle of it proves anything."
          : "The audit log did not sign a checkpoint, so nothing is proven; call whoever runs the bridge.",
      );
    }
  };

const refused = (why: string): BundleFinding => ({ kind: "refused", why });
