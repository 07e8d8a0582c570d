import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonical } from "../ledger/canonical.ts";
import type { Head } from "../ledger/verify-stream.ts";

/** Makes a stream's head known outside the ledger before something irreversible is done. Throws when it could not. */
export interface Checkpoints {
  cover(incident: string, head: Head): Promise<void>;
}

/**
 * The first form: the unsigned head, written once and never over another, to a directory. It shows an honest operator where the
 * stream stood; it does not yet prove anything to somebody who can write to that directory.
 */
export const createHeadLog = (directory: string): Checkpoints => ({
  async cover(incident, { seq, hash, at }) {
    const folder = join(directory, "head");
    await mkdir(folder, { recursive: true });
    const body = canonical({ incident, seq, hash, at });
    try {
      await writeFile(join(folder, `${incident}-${String(seq).padStart(12, "0")}.json`), body, { flag: "wx" });
    } catch (error) {
      // Covered before, by an earlier try of the same attempt.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  },
});

/** Where no directory is configured, nothing is covered and nothing claims to be. */
export const noCheckpoints: Checkpoints = { cover: () => Promise.resolve() };
