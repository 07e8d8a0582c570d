import { createHash, type Hash } from "node:crypto";
import { openZip } from "./read-zip.ts";

export const BUNDLE_VERSION = 1;
const MAX_SMALL_BYTES = 16 * 1_048_576;
const MAX_LINE_CHARS = 65_536;

/** What a bundle says about itself. Nothing of it is believed before it was compared with the files. */
export interface Manifest {
  v: number;
  incident: string;
  /** First and last entry of each epoch. */
  epochs: { epoch: number; from: number; to: number }[];
  counts: { entries: number; heads: number; checkpoints: number; publications: number; details: number };
  files: Record<string, { sha256: string; bytes: number }>;
}

/** Something in the bundle is not of the form that bundles have. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** The files of a bundle; whatever is read is hashed on the way, for the comparison with the manifest at the end. */
export interface BundleFiles {
  readonly names: readonly string[];
  readonly manifest: Manifest;
  text(name: string): Promise<string>;
  /** One JSON value a line, all at once: for files that are short. */
  values(name: string): Promise<unknown[]>;
  /** Line by line: for files that may be long. */
  lines(name: string): AsyncGenerator<string>;
  /** How many files are missing or are not what the manifest says. Reads what nobody has read yet. */
  differing(): Promise<number>;
  close(): Promise<void>;
}

/** @throws ZipError, BundleError, and whatever reading throws */
export async function openBundle(path: string): Promise<BundleFiles> {
  const zip = await openZip(path);
  const hashes = new Map<string, string>();

  async function* hashed(name: string, hash: Hash): AsyncGenerator<Uint8Array> {
    for await (const piece of zip.read(name)) {
      hash.update(piece);
      yield piece;
    }
    hashes.set(name, hash.digest("hex"));
  }

  const text = async (name: string): Promise<string> => {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of hashed(name, createHash("sha256"))) {
      bytes += piece.length;
      if (bytes > MAX_SMALL_BYTES) throw new BundleError(`${name} is too long`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  };

  try {
    const manifest = readManifest(await text("manifest.json"));
    for (const name of zip.names) {
      if (name !== "manifest.json" && !Object.hasOwn(manifest.files, name))
        throw new BundleError(`its manifest does not name ${name}`);
    }
    return {
      names: zip.names,
      manifest,
      text,
      values: async (name) =>
        (await text(name))
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as unknown),
      lines: (name) => linesOf(hashed(name, createHash("sha256"))),
      async differing() {
        let count = 0;
        for (const [name, { sha256 }] of Object.entries(manifest.files)) {
          if (!hashes.has(name) && zip.names.includes(name)) await text(name);
          if (hashes.get(name) !== sha256) count += 1;
        }
        return count;
      },
      close: () => zip.close(),
    };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

function readManifest(text: string): Manifest {
  const { v, incident, epochs, counts, files } = JSON.parse(text) as Partial<Manifest>;
  if (v !== BUNDLE_VERSION) throw new BundleError(`its version is not ${BUNDLE_VERSION}`);
  if (typeof incident !== "string" || !Array.isArray(epochs) || !isObject(counts) || !isObject(files))
    throw new BundleError("its manifest is incomplete");
  return { v, incident, epochs, counts, files };
}

const isObject = <T>(value: T | undefined): value is T & object => typeof value === "object" && value !== null;

/** Lines of UTF-8 text, however the pieces fall. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const piece of pieces) {
    const text = rest + decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf("\n");
    rest = text.slice(end + 1);
    if (rest.length > MAX_LINE_CHARS) throw new BundleError("an entry is longer than entries are");
    if (end >= 0) yield* text.slice(0, end).split("\n");
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
