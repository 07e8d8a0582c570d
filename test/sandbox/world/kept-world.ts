import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SecretValues } from "./secret-values.ts";

const FILE = "simulators.json";
const LOCK = "sandbox.lock";

/** Everything but the store, as one JSON document. */
export interface KeptWorld {
  v: 1;
  savedAt: string;
  secrets: SecretValues;
  slackPort: number;
  slack: unknown;
  vendors: Record<string, unknown>;
}

/** Another sandbox holds the directory, or it is not one of ours. The message says what to do. */
export class DataDirError extends Error {
  override readonly name = "DataDirError";
}

export interface DataDir {
  readonly storePath: string;
  readonly logPath: string;
  read(): KeptWorld | undefined;
  write(kept: KeptWorld): void;
  /** Throws away what is kept. */
  clear(): void;
  release(): void;
}

/** Takes a directory for this process alone. @throws DataDirError */
export function takeDataDir(given: string): DataDir {
  const path = resolve(given);
  mkdirSync(path, { recursive: true });
  const lock = join(path, LOCK);
  takeLock(lock, path);
  const file = join(path, FILE);
  const dir: DataDir = {
    storePath: join(path, "store"),
    logPath: join(path, "log"),
    read() {
      if (!existsSync(file)) return undefined;
      try {
        const kept = JSON.parse(readFileSync(file, "utf8")) as KeptWorld;
        if (kept.v === 1) return kept;
      } catch (cause) {
        throw new DataDirError(`${file} cannot be read; remove the directory or choose another with --data`, { cause });
      }
      throw new DataDirError(`${file} is of another version; remove the directory or choose another with --data`);
    },
    write(kept) {
      // Written beside and renamed: a crash leaves the old document, never half of a new one.
      writeFileSync(`${file}.new`, JSON.stringify(kept));
      renameSync(`${file}.new`, file);
    },
    clear() {
      for (const name of ["store", "log", FILE]) rmSync(join(path, name), { recursive: true, force: true });
    },
    release: () => rmSync(lock, { force: true }),
  };
  return dir;
}

function takeLock(lock: string, path: string): void {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(readFileSync(lock, "utf8"));
      if (isAlive(holder)) {
        throw new DataDirError(
          `${path} is in use by process ${holder}; stop that sandbox or choose another directory with --data`,
        );
      }
      // Its process is gone, so nobody holds it.
      rmSync(lock, { force: true });
    }
  }
  throw new DataDirError(`${path} was taken by another sandbox at this moment; choose another directory with --data`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
