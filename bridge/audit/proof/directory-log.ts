import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LogStore } from "./log-store.ts";

/** The log in a directory, for one machine: exclusive create stands for the write-once bucket. */
export function createDirectoryLog(directory: string): LogStore {
  const unless = async <T, U>(code: string, otherwise: U, work: Promise<T>): Promise<T | U> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === code) return otherwise;
      throw error;
    }
  };
  return {
    async putOnce(key, text) {
      const file = join(directory, key);
      await mkdir(dirname(file), { recursive: true });
      return unless(
        "EEXIST",
        "taken" as const,
        writeFile(file, text, { flag: "wx" }).then(() => "put" as const),
      );
    },
    get: (key) => unless("ENOENT", undefined, readFile(join(directory, key), "utf8")),
    async list(prefix, after = "") {
      const names = await unless("ENOENT", [], readdir(join(directory, prefix)));
      return names
        .map((name) => `${prefix}${name}`)
        .filter((key) => key > after)
        .sort();
    },
  };
}
