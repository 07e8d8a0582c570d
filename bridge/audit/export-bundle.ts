import { createHash } from "node:crypto";
import { Zip, ZipDeflate } from "fflate";
import { type Clock, iso } from "../platform/clock.ts";
import { BUNDLE_VERSION, type Manifest } from "./proof/bundle-files.ts";
import { DETAILS_FILE } from "./proof/check-bundle.ts";
import type { RevealedDetails } from "./proof/check-details.ts";
import { createStreamCheck } from "./proof/check-entries.ts";
import { checkLog } from "./proof/check-log.ts";
import { createPublishCheck } from "./proof/check-publishes.ts";
import type { LogStore } from "./proof/log-store.ts";
import { VERIFIER_VERSION } from "./proof/report.ts";
import type { VerifierKey } from "./proof/signed-note.ts";
import { canonicalText } from "./proof/strict-json.ts";
import type { StoredStreams } from "./stored-streams.ts";
import { VERIFY_MD } from "./verify-md.ts";

export interface ExportDeps {
  streams: Pick<StoredStreams, "items">;
  log: LogStore;
  key: VerifierKey;
  clock: Clock;
  /** Absent: no words are revealed. */
  revealed?: RevealDetails | undefined;
}

/** Words that stand apart from an incident's entries, as far as they can still be read. */
export type RevealDetails = (incident: string) => AsyncIterable<RevealedDetails>;

/**
 * One incident for somebody who does not trust us: its entries to the letter, the heads of it in the log with their proofs,
 * the signed checkpoints, and what became public on whose word. No other incident's data. A stream that does not verify is
 * exported as it is found. Pieces come as the stream is read: who takes them slowly slows the reading, not the process.
 */
export async function* exportBundle(incident: string, deps: ExportDeps): AsyncGenerator<Uint8Array> {
  const archive = createArchive();

  // 1. The log first: a head that it gains meanwhile would name an entry that was not read.
  const { tree, heads, checkpoints } = await checkLog(deps.log, { keys: [deps.key] });
  const mine = heads.get(incident) ?? [];
  const newest = checkpoints.at(-1);

  // 2. Entries as they are stored, page by page.
  const publish = createPublishCheck(incident);
  const commits = new Set<unknown>();
  const stream = createStreamCheck(incident, {
    onEntry: (entry) => {
      publish.next(entry);
      for (const { commit } of entry.events) if (commit !== undefined) commits.add(commit);
    },
  });
  const entries = archive.begin("entries.ndjson");
  for await (const item of deps.streams.items(incident)) {
    const { body = "" } = item;
    entries.write(`${body}\n`);
    // As whoever has the bundle will see it: bodies and nothing else.
    stream.next({ body, others: [] });
    yield* archive.pieces();
  }
  entries.end();
  const { page } = publish.end();
  archive.whole("page.json", `${JSON.stringify(page, null, 2)}\n`);

  // 3. Words that stand apart, where somebody may see them.
  let details = 0;
  if (deps.revealed) {
    const file = archive.begin(DETAILS_FILE);
    for await (const one of deps.revealed(incident)) {
      // Words are kept before their entry is appended, and an entry may have lost its race: those belong to nobody's record.
      if (!commits.has(one.commit)) continue;
      file.write(`${canonicalText(one)}\n`);
      details += 1;
      yield* archive.pieces();
    }
    file.end();
  }

  // 4. This incident's heads, and the checkpoints that covered each of them first, and the newest.
  const wanted = new Set([...mine.map(({ coveredBy }) => coveredBy), ...(newest ? [newest.size] : [])]);
  const kept = checkpoints.filter(({ size }) => wanted.has(size));
  archive.ndjson(
    "leaves.ndjson",
    mine.map(({ index, kind, epoch, seq, hash }) => ({ index, leaf: { kind, incident, epoch, seq, hash } })),
  );
  archive.ndjson(
    "proofs/inclusion.ndjson",
    mine.map(({ index }) => ({ index, size: newest?.size ?? 0, hashes: hex(tree.inclusion(index, newest?.size)) })),
  );
  archive.ndjson(
    "proofs/consistency.ndjson",
    kept.slice(1).map(({ size: to }, place) => {
      const from = kept[place]?.size ?? 0;
      return { from, to, hashes: hex(tree.consistency(from, to)) };
    }),
  );
  for (const { size, note } of kept) archive.whole(`checkpoints/${String(size).padStart(12, "0")}`, note);
  archive.whole("keyring.json", `${JSON.stringify([{ vkey: deps.key.text, fromSize: 0, toSize: null }])}\n`);
  archive.whole("VERIFY.md", VERIFY_MD);

  // 5. Last, because it names the digest of everything before it.
  const walked = stream.end();
  const manifest: Manifest & Record<string, unknown> = {
    v: BUNDLE_VERSION,
    incident,
    exportedAt: iso(deps.clock.now()),
    verifierVersion: VERIFIER_VERSION,
    origin: deps.key.name,
    logSize: newest?.size ?? 0,
    epochs: walked.epochs,
    counts: {
      entries: walked.entries,
      heads: mine.length,
      checkpoints: kept.length,
      publications: page.length,
      details,
    },
    files: { ...archive.files },
  };
  archive.whole("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
  archive.end();
  yield* archive.pieces();
}

/** Files one after the other, packed as they are written. */
function createArchive() {
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
    /** What is ready to be sent. */
    *pieces(): Generator<Uint8Array> {
      const [failure] = failures;
      if (failure) throw failure;
      yield* made.splice(0);
    },
  };
}

const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString("hex"));

/** The first instant that an archive can name. */
const EPOCH = "1980-01-01T00:00:00";
