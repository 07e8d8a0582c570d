import { type Clock, iso } from "../platform/clock.ts";
import { createArchive } from "./archive.ts";
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
  const logSize = checkpoints.at(-1)?.size ?? 0;

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
  const wanted = new Set([...mine.map(({ coveredBy }) => coveredBy), logSize]);
  const kept = checkpoints.filter(({ size }) => wanted.has(size));
  archive.ndjson(
    "leaves.ndjson",
    mine.map(({ index, kind, epoch, seq, hash }) => ({ index, leaf: { kind, incident, epoch, seq, hash } })),
  );
  archive.ndjson(
    "proofs/inclusion.ndjson",
    mine.map(({ index }) => ({ index, size: logSize, hashes: hex(tree.inclusion(index, logSize)) })),
  );
  const steps: { from: number; to: number; hashes: string[] }[] = [];
  let from: number | undefined;
  for (const { size: to } of kept) {
    if (from !== undefined) steps.push({ from, to, hashes: hex(tree.consistency(from, to)) });
    from = to;
  }
  archive.ndjson("proofs/consistency.ndjson", steps);
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
    logSize,
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

const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString("hex"));
