import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A folder of new files; nothing that is there already is written over. */
export interface EvidenceFolder {
  /** A file that grows line by line; whoever opened it closes it. */
  begin(name: string): Promise<{ line(value: string): Promise<void>; end(): Promise<void> }>;
  whole(name: string, text: string): Promise<void>;
  /** Digests of all files that have ended. */
  readonly files: Readonly<Record<string, { sha256: string; bytes: number }>>;
  /** Lets go of files that were begun and not ended: something else has failed. */
  close(): Promise<void>;
}

export async function createEvidenceFolder(directory: string): Promise<EvidenceFolder> {
  await mkdir(dirname(directory), { recursive: true });
  // Fails where there is such a folder: two periods must not be mixed.
  await mkdir(directory);
  const files: Record<string, { sha256: string; bytes: number }> = {};
  const growing = new Set<FileHandle>();

  const begin: EvidenceFolder["begin"] = async (name) => {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "wx");
    growing.add(handle);
    const hash = createHash("sha256");
    let bytes = 0;
    return {
      async line(value) {
        const piece = Buffer.from(`${value}\n`, "utf8");
        hash.update(piece);
        bytes += piece.length;
        await handle.write(piece);
      },
      async end() {
        await handle.close();
        growing.delete(handle);
        files[name] = { sha256: hash.digest("hex"), bytes };
      },
    };
  };
  return {
    files,
    begin,
    async close() {
      for (const handle of growing) await handle.close();
      growing.clear();
    },
    async whole(name, text) {
      const file = await begin(name);
      await file.line(text.replace(/\n$/, ""));
      await file.end();
    },
  };
}
