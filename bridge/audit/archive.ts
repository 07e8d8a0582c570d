import { createHash } from "node:crypto";
import { Zip, ZipDeflate } from "fflate";
import type { Manifest } from "./proof/bundle-files.ts";
import { canonicalText } from "./proof/strict-json.ts";

/** The first instant that an archive can name. */
const EPOCH = "1980-01-01T00:00:00";

/** A zip whose files are packed one after the other as they are written. `files` names the digest of each that has ended. */
export function createArchive() {
  const made: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, piece) => {
    if (error) failures.push(error);
    else made.push(piece);
  });
  const files: Manifest["files"] = {};

  const begin = (name: string) => {
    const file = new ZipDeflate(name, { level: 6 });
    const hash = createHash("sha256");
    let bytes = 0;
    // The same bundle of the same record at any time: no clock of the machine in the archive.
    file.mtime = EPOCH;
    zip.add(file);
    return {
      write(text: string) {
        const piece = Buffer.from(text, "utf8");
        hash.update(piece);
        bytes += piece.length;
        file.push(piece);
      },
      end() {
        file.push(new Uint8Array(0), true);
        files[name] = { sha256: hash.digest("hex"), bytes };
      },
    };
  };
  const whole = (name: string, text: string) => {
    const file = begin(name);
    file.write(text);
    file.end();
  };
  return {
    files,
    begin,
    whole,
    ndjson: (name: string, values: readonly unknown[]) =>
      whole(name, values.map((value) => `${canonicalText(value)}\n`).join("")),
    end: () => zip.end(),
    /** What is ready to be sent. @throws what could not be packed */
    *pieces(): Generator<Uint8Array> {
      const [failure] = failures;
      if (failure) throw failure;
      yield* made.splice(0);
    },
  };
}
