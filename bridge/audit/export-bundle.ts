import { createHash } from "node:crypto";
import { Zip, ZipDeflate } from "fflate";
import type { Clock } from "../platform/clock.ts";
import { iso } from "../platform/clock.ts";
import { BUNDLE_VERSION } from "./proof/check-bundle.ts";
import { checkLog } from "./proof/check-log.ts";
import type { LogStore } from "./proof/log-store.ts";
import type { VerifierKey } from "./proof/signed-note.ts";
import { canonicalText } from "./proof/strict-json.ts";
import type { StoredStreams } from "./stored-streams.ts";
import { VERIFY_MD } from "./verify-md.ts";

/**
 * One incident for somebody who does not trust us: its entries to the letter, the heads of it in the log with their proofs,
 * and the signed checkpoints. No other incident's data. A stream that does not verify is exported as it is found.
 */
export async function exportBundle(
  incident: string,
  deps: { streams: StoredStreams; log: LogStore; key: VerifierKey; clock: Clock },
  sink: (piece: Uint8Array) => void,
): Promise<{ entries: number; size: number }> {
  const failures: Error[] = [];
  const zip = new Zip((error, piece) => {
    if (error) failures.push(error);
    else sink(piece);
  });
  const files: Record<string, { sha256: string; bytes: number }> = {};

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
  const ndjson = (values: readonly unknown[]) => values.map((value) => `${canonicalText(value)}\n`).join("");

  // 1. Entries as they are stored, page by page.
  const entries = begin("entries.ndjson");
  let count = 0;
  for await (const { body } of deps.streams.items(incident)) {
    count += 1;
    entries.write(`${body ?? ""}\n`);
  }
  entries.end();

  // 2. This incident's heads, and the checkpoints that covered each of them first, and the newest.
  const { tree, heads, checkpoints } = await checkLog(deps.log, { keys: [deps.key] });
  const mine = heads.get(incident) ?? [];
  const newest = checkpoints.at(-1);
  const wanted = new Set([...mine.map(({ coveredBy }) => coveredBy), ...(newest ? [newest.size] : [])]);
  const kept = checkpoints.filter(({ size }) => wanted.has(size));
  const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("hex"));
  whole(
    "leaves.ndjson",
    ndjson(mine.map(({ index, kind, epoch, seq, hash }) => ({ index, leaf: { kind, incident, epoch, seq, hash } }))),
  );
  whole(
    "proofs/inclusion.ndjson",
    ndjson(
      mine.map(({ index }) => ({ index, size: newest?.size ?? 0, hashes: hex(tree.inclusion(index, newest?.size)) })),
    ),
  );
  whole(
    "proofs/consistency.ndjson",
    ndjson(
      kept.slice(1).map(({ size: to }, place) => {
        const from = kept[place]?.size ?? 0;
        return { from, to, hashes: hex(tree.consistency(from, to)) };
      }),
    ),
  );
  for (const { size, note } of kept) whole(`checkpoints/${String(size).padStart(12, "0")}`, note);
  whole("keyring.json", `${JSON.stringify([{ vkey: deps.key.text, fromSize: 0, toSize: null }])}\n`);
  whole("VERIFY.md", VERIFY_MD);

  // 3. Last, because it names the digest of everything before it.
  const manifest = {
    v: BUNDLE_VERSION,
    incident,
    exportedAt: iso(deps.clock.now()),
    origin: deps.key.name,
    entries: count,
    logSize: newest?.size ?? 0,
    files: { ...files },
  };
  whole("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
  zip.end();
  const [failure] = failures;
  if (failure) throw failure;
  return { entries: count, size: newest?.size ?? 0 };
}

/** The first instant that an archive can name. */
const EPOCH = "1980-01-01T00:00:00";
