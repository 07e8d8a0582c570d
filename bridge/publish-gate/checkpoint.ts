import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonical } from "../ledger/canonical.ts";
import type { Head } from "../ledger/verify-stream.ts";
import { AppError } from "../platform/app-error.ts";

/** Makes a stream's head known outside the ledger before something irreversible is done. Throws when it could not. */
export interface Checkpoints {
  cover(incident: string, head: Head): Promise<void>;
}

/** Another head was covered at this place before: the stream is not the one that was covered. */
export class HeadConflictError extends AppError {
  override readonly name = "HeadConflictError";
  constructor(incident: string, seq: number, options: { cause: unknown }) {
    super(
      `another head of ${incident} was covered at entry ${seq}; compare the two and call the security lead`,
      options,
    );
  }
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
    const file = join(folder, `${incident}-${String(seq).padStart(12, "0")}.json`);
    try {
      await writeFile(file, body, { flag: "wx" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      // Covered before, by an earlier try of the same attempt; any other head at this place is another history.
      if ((await readFile(file, "utf8")) !== body) throw new HeadConflictError(incident, seq, { cause: error });
    }
  },
});

/** Where no directory is configured, nothing is covered and nothing claims to be. */
export const noCheckpoints: Checkpoints = { cover: () => Promise.resolve() };
