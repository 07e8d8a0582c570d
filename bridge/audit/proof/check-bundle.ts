import { BundleError, type BundleFiles, openBundle } from "./bundle-files.ts";
import { createDetailsCheck, unrevealed } from "./check-details.ts";
import { createStreamCheck } from "./check-entries.ts";
import { openCheckpoint, type Witness } from "./check-log.ts";
import { createPublishCheck, type PublicEntry } from "./check-publishes.ts";
import { digestOf, type LogHead } from "./checkpoint-note.ts";
import { type Finding, inLog } from "./finding.ts";
import { type HeadLeaf, parseLeaf } from "./log-leaf.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { type AuditReport, notCheckable } from "./report.ts";
import { parseVerifierKey, type VerifierKey } from "./signed-note.ts";
import { canonicalText } from "./strict-json.ts";

export interface BundleOptions {
  keys: readonly VerifierKey[];
  witnesses: readonly Witness[];
  remembered?: { size: number; root: string } | undefined;
}

export const DETAILS_FILE = "details/revealed.ndjson";
const CHECKPOINT = /^checkpoints\/(\d{12})$/;

/** Checks one exported incident. Nothing but the bundle and the auditor's own keys is used. */
export async function checkBundle(path: string, options: BundleOptions): Promise<AuditReport> {
  let bundle: BundleFiles;
  try {
    bundle = await openBundle(path);
  } catch (error) {
    return notCheckable(`${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    return await check(bundle, options);
  } catch (error) {
    return notCheckable(`${path} cannot be checked: ${messageOf(error)}`);
  } finally {
    await bundle.close();
  }
}

async function check(bundle: BundleFiles, options: BundleOptions): Promise<AuditReport> {
  const report = notCheckable("");
  delete report.obstacle;
  const { findings, unproved } = report;
  const { manifest } = bundle;
  const { incident } = manifest;

  // 1. The log as far as it concerns this incident: who signed it, and where it says that the incident stood.
  const checkpoints = await signedCheckpoints(bundle, options.keys, findings);
  const heads = await provedHeads(bundle, checkpoints, findings);

  // 2. The entries, one line at a time: a long incident takes no more memory than a short one.
  const publish = createPublishCheck(incident);
  const details = createDetailsCheck(incident);
  const stream = createStreamCheck(incident, {
    heads,
    onEntry: (entry) => {
      publish.next(entry);
      details.entry(entry);
    },
  });
  for await (const body of bundle.lines("entries.ndjson")) stream.next({ body, others: [] });
  const walked = stream.end();
  const published = publish.end();

  // 3. What is told of the entries in other files: words that stand apart, and the page.
  let lines = 0;
  if (bundle.names.includes(DETAILS_FILE)) {
    for await (const line of bundle.lines(DETAILS_FILE)) {
      details.reveal(line);
      lines += 1;
    }
  }
  const revealed = details.end();
  findings.push(...walked.findings, ...published.findings, ...revealed.findings);
  if (!samePage(await bundle.text("page.json"), published.page)) findings.push(ofBundle(incident, "page-mismatch"));

  // 4. The manifest: every file, every count.
  for (let count = await bundle.differing(); count > 0; count -= 1)
    findings.push(ofBundle(incident, "manifest-mismatch"));
  const counts = {
    entries: walked.entries,
    heads: heads.length,
    checkpoints: checkpoints.size,
    publications: published.page.length,
    details: lines,
  };
  if (canonicalText([manifest.counts, manifest.epochs]) !== canonicalText([counts, walked.epochs]))
    findings.push(ofBundle(incident, "manifest-mismatch"));

  // 5. What others remember.
  const newest = checkpoints.get(Math.max(...checkpoints.keys()));
  compareWithOthers(checkpoints, newest, options, report);

  report.entries = {
    count: walked.entries,
    incidents: 1,
    epochs: walked.epochs.map((epoch) => ({ incident, ...epoch })),
  };
  const { writes, approved, skippedCheckpoint } = published;
  report.publish = { writes, approved, skippedCheckpoint };
  if (newest) {
    report.log = {
      size: newest.size,
      root: newest.root.toString("hex"),
      checkpoints: checkpoints.size,
      signedBy: options.keys.length > 0 ? "a key you gave" : "a key in the bundle",
      heads: walked.covered.heads,
    };
  }
  const { seq } = walked.head;
  if (seq > walked.covered.newest) {
    unproved.push(
      `entries ${walked.covered.newest + 1}-${seq} are later than the last checkpoint: order and content rest on the chain alone`,
    );
  }
  const hidden = unrevealed(revealed);
  if (hidden !== undefined) unproved.push(hidden);
  if (options.keys.length === 0)
    unproved.push("who signed: give the log's key with --vkey, from a source other than this bundle");
  unproved.push("that what people and systems reported was true");
  report.status =
    findings.length > 0
      ? "findings"
      : walked.entries > 0 && newest && options.keys.length > 0
        ? "proved"
        : "not-checkable";
  return report;
}

/** The checkpoints that hold, by size: signed, of one log, each a continuation of the one before. */
async function signedCheckpoints(
  bundle: BundleFiles,
  given: readonly VerifierKey[],
  findings: Finding[],
): Promise<Map<number, LogHead>> {
  const own = bundle.names.includes("keyring.json") ? keyring(await bundle.text("keyring.json")) : [];
  const keys = given.length > 0 ? given : own;
  const checkpoints = new Map<number, LogHead>();
  for (const name of bundle.names) {
    const size = Number(CHECKPOINT.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(size)) continue;
    const opened = openCheckpoint({ n: size, text: await bundle.text(name) }, { keys });
    if ("code" in opened) findings.push(opened);
    else checkpoints.set(size, opened.head);
  }
  const consistency = new Map<string, Buffer[]>();
  for (const line of await bundle.values("proofs/consistency.ndjson")) {
    const { from, to, hashes } = line as { from: number; to: number; hashes: string[] };
    consistency.set(`${from} ${to}`, hashes.map(hexBytes));
  }
  const sizes = [...checkpoints.keys()].sort((a, b) => a - b);
  for (const [place, size] of sizes.entries()) {
    const [from, to] = [checkpoints.get(sizes[place - 1] ?? -1), checkpoints.get(size)];
    if (!from || !to) continue;
    const proof = consistency.get(`${from.size} ${to.size}`);
    if (!proof || !verifyConsistency(from, to, proof)) findings.push(inLog("consistency-unproved", size));
  }
  return checkpoints;
}

/** Heads of this incident, each proved to be a leaf of the log. */
async function provedHeads(
  bundle: BundleFiles,
  checkpoints: ReadonlyMap<number, LogHead>,
  findings: Finding[],
): Promise<HeadLeaf[]> {
  const proofs = new Map<number, { size: number; hashes: Buffer[] }>();
  for (const line of await bundle.values("proofs/inclusion.ndjson")) {
    const { index, size, hashes } = line as { index: number; size: number; hashes: string[] };
    proofs.set(index, { size, hashes: hashes.map(hexBytes) });
  }
  const heads: HeadLeaf[] = [];
  for (const line of await bundle.values("leaves.ndjson")) {
    const { index, leaf: raw } = line as { index: number; leaf: unknown };
    const stored = canonicalText(raw);
    const leaf = parseLeaf(stored);
    const proof = proofs.get(index);
    const head = checkpoints.get(proof?.size ?? -1);
    if (leaf?.kind !== "head" || leaf.incident !== bundle.manifest.incident)
      findings.push(inLog("leaf-malformed", index));
    else if (!proof || !head || !verifyInclusion(leafHash(stored), index, proof.size, proof.hashes, head.root))
      findings.push(inLog("inclusion-unproved", index));
    else heads.push(leaf);
  }
  return heads;
}

/** The checkpoints beside witness lines and what the auditor remembers. */
function compareWithOthers(
  checkpoints: ReadonlyMap<number, LogHead>,
  newest: LogHead | undefined,
  { witnesses, remembered }: BundleOptions,
  { findings, unproved, witnesses: told }: AuditReport,
): void {
  for (const { size, root16 } of witnesses) {
    const known = checkpoints.get(size);
    const line = `${size}:${root16}`;
    if (known) {
      const matches = digestOf(known) === `audit ${size} ${root16}`;
      told.push({ line, result: matches ? "matches" : "differs" });
      if (!matches) findings.push(inLog("witness-mismatch", size, "W"));
    } else if (size > (newest?.size ?? 0)) {
      told.push({ line, result: "differs" });
      findings.push(inLog("log-shrunk", size, "W"));
    } else {
      told.push({ line, result: "not-checkable" });
    }
  }
  if (told.some(({ result }) => result === "not-checkable"))
    unproved.push("a witness line of a checkpoint that is not in this bundle");
  if (!remembered) return;
  if (remembered.size > (newest?.size ?? 0)) findings.push(inLog("log-shrunk", remembered.size, "W"));
  const same = checkpoints.get(remembered.size);
  if (same && same.root.toString("hex") !== remembered.root) findings.push(inLog("root-changed", remembered.size, "W"));
  if (!same && newest)
    unproved.push("that the log continues the one you remember: that checkpoint is not in this bundle");
}

/** Whether the page as it is told is the page as the entries have it. */
function samePage(text: string, page: readonly PublicEntry[]): boolean {
  try {
    return canonicalText(JSON.parse(text)) === canonicalText(page);
  } catch {
    return false;
  }
}

function keyring(text: string): VerifierKey[] {
  const ring = JSON.parse(text) as { vkey?: unknown }[];
  return ring.flatMap(({ vkey }) => (typeof vkey === "string" ? (parseVerifierKey(vkey) ?? []) : []));
}

const ofBundle = (incident: string, code: "manifest-mismatch" | "page-mismatch"): Finding => ({
  incident,
  epoch: null,
  seq: null,
  code,
  layer: code === "page-mismatch" ? "P" : "C",
});

const hexBytes = (text: unknown): Buffer => {
  if (typeof text !== "string" || !/^[0-9a-f]{64}$/.test(text))
    throw new BundleError("a proof holds something that is no hash");
  return Buffer.from(text, "hex");
};

/** Nothing on the way throws anything but errors. */
const messageOf = (error: unknown): string => (error as Error).message;
