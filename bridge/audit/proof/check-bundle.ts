import { createHash } from "node:crypto";
import { createStreamCheck } from "./check-entries.ts";
import { openCheckpoint, type Witness } from "./check-log.ts";
import { createPublishCheck } from "./check-publishes.ts";
import { digestOf, type LogHead } from "./checkpoint-note.ts";
import { type Finding, inLog } from "./finding.ts";
import { type HeadLeaf, parseLeaf } from "./log-leaf.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { openZip, type ZipReader } from "./read-zip.ts";
import { type AuditReport, notCheckable } from "./report.ts";
import { parseVerifierKey, type VerifierKey } from "./signed-note.ts";
import { canonicalText } from "./strict-json.ts";

export interface BundleOptions {
  keys: readonly VerifierKey[];
  witnesses: readonly Witness[];
  remembered?: { size: number; root: string } | undefined;
}

export const BUNDLE_VERSION = 1;
const MAX_SMALL_BYTES = 16 * 1_048_576;
const MAX_LINE_CHARS = 65_536;
const CHECKPOINT = /^checkpoints\/(\d{12})$/;

interface Manifest {
  v: number;
  incident: string;
  files: Record<string, { sha256: string; bytes: number }>;
}

/** Something in the bundle is not of the form that bundles have. */
class BundleError extends Error {
  override readonly name = "BundleError";
}

/** Checks one exported incident. Nothing but the bundle and the auditor's own keys is used. */
export async function checkBundle(path: string, options: BundleOptions): Promise<AuditReport> {
  let zip: ZipReader;
  try {
    zip = await openZip(path);
  } catch (error) {
    return notCheckable(`${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    return await check(zip, options);
  } catch (error) {
    return notCheckable(`${path} cannot be checked: ${messageOf(error)}`);
  } finally {
    await zip.close();
  }
}

async function check(zip: ZipReader, options: BundleOptions): Promise<AuditReport> {
  const report = notCheckable("");
  delete report.obstacle;
  const { findings } = report;
  const manifest = await readManifest(zip);
  const { incident } = manifest;

  // 1. The manifest names every file, and every file is what the manifest says.
  for (const name of zip.names) {
    if (name !== "manifest.json" && !Object.hasOwn(manifest.files, name))
      throw new BundleError(`its manifest does not name ${name}`);
  }
  const hashes = new Map<string, string>();
  const text = async (name: string): Promise<string> => {
    const hash = createHash("sha256");
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of zip.read(name)) {
      bytes += piece.length;
      if (bytes > MAX_SMALL_BYTES) throw new BundleError(`${name} is too long`);
      hash.update(piece);
      pieces.push(piece);
    }
    hashes.set(name, hash.digest("hex"));
    return Buffer.concat(pieces).toString("utf8");
  };
  const lines = async (name: string): Promise<unknown[]> =>
    (await text(name))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown);

  // 2. Checkpoints: signed, of one log, each a continuation of the one before.
  const own = zip.names.includes("keyring.json") ? keyring(await text("keyring.json")) : [];
  const keys = options.keys.length > 0 ? options.keys : own;
  const checkpoints = new Map<number, LogHead>();
  for (const name of zip.names) {
    const size = Number(CHECKPOINT.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(size)) continue;
    const opened = openCheckpoint({ n: size, text: await text(name) }, { keys });
    if ("code" in opened) findings.push(opened);
    else checkpoints.set(size, opened.head);
  }
  const sizes = [...checkpoints.keys()].sort((a, b) => a - b);
  const consistency = new Map<string, Buffer[]>();
  for (const line of await lines("proofs/consistency.ndjson")) {
    const { from, to, hashes: proof } = line as { from: number; to: number; hashes: string[] };
    consistency.set(`${from} ${to}`, proof.map(hexBytes));
  }
  for (const [place, size] of sizes.entries()) {
    const [from, to] = [checkpoints.get(sizes[place - 1] ?? -1), checkpoints.get(size)];
    if (!from || !to) continue;
    const proof = consistency.get(`${from.size} ${to.size}`);
    if (!proof || !verifyConsistency(from, to, proof)) findings.push(inLog("consistency-unproved", size));
  }

  // 3. Heads: each proved to be a leaf of the log.
  const proofs = new Map<number, { size: number; hashes: Buffer[] }>();
  for (const line of await lines("proofs/inclusion.ndjson")) {
    const { index, size, hashes: proof } = line as { index: number; size: number; hashes: string[] };
    proofs.set(index, { size, hashes: proof.map(hexBytes) });
  }
  const heads: HeadLeaf[] = [];
  for (const line of await lines("leaves.ndjson")) {
    const { index, leaf: raw } = line as { index: number; leaf: unknown };
    const stored = canonicalText(raw);
    const leaf = parseLeaf(stored);
    const proof = proofs.get(index);
    const head = checkpoints.get(proof?.size ?? -1);
    if (leaf?.kind !== "head" || leaf.incident !== incident) findings.push(inLog("leaf-malformed", index));
    else if (!proof || !head || !verifyInclusion(leafHash(stored), index, proof.size, proof.hashes, head.root))
      findings.push(inLog("inclusion-unproved", index));
    else heads.push(leaf);
  }

  // 4. The entries, one line at a time: a long incident takes no more memory than a short one.
  const publish = createPublishCheck(incident);
  const stream = createStreamCheck(incident, { heads, onEntry: (entry) => publish.next(entry) });
  const entriesHash = createHash("sha256");
  for await (const body of linesOf(hashing(zip.read("entries.ndjson"), entriesHash))) stream.next({ body, others: [] });
  hashes.set("entries.ndjson", entriesHash.digest("hex"));
  const walked = stream.end();
  const published = publish.end();
  findings.push(...walked.findings, ...published.findings);

  // 5. What is left to hash, and the manifest as a whole.
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if (!hashes.has(name) && zip.names.includes(name)) await text(name);
    if (hashes.get(name) !== sha256) findings.push(manifestMismatch(incident));
  }

  // 6. What others remember.
  const newest = checkpoints.get(sizes.at(-1) ?? -1);
  for (const { size, root16 } of options.witnesses) {
    const known = checkpoints.get(size);
    const line = `${size}:${root16}`;
    if (known) {
      const matches = digestOf(known) === `audit ${size} ${root16}`;
      report.witnesses.push({ line, result: matches ? "matches" : "differs" });
      if (!matches) findings.push(inLog("witness-mismatch", size, "W"));
    } else if (size > (newest?.size ?? 0)) {
      report.witnesses.push({ line, result: "differs" });
      findings.push(inLog("log-shrunk", size, "W"));
    } else {
      report.witnesses.push({ line, result: "not-checkable" });
    }
  }
  const { remembered } = options;
  if (remembered && remembered.size > (newest?.size ?? 0)) findings.push(inLog("log-shrunk", remembered.size, "W"));
  const same = checkpoints.get(remembered?.size ?? -1);
  if (remembered && same && same.root.toString("hex") !== remembered.root)
    findings.push(inLog("root-changed", remembered.size, "W"));

  report.entries = {
    count: walked.entries,
    incidents: 1,
    epochs: walked.epochs.map((epoch) => ({ incident, ...epoch })),
  };
  report.publish = {
    writes: published.writes,
    approved: published.approved,
    skippedCheckpoint: published.skippedCheckpoint,
  };
  if (newest) {
    report.log = {
      size: newest.size,
      root: newest.root.toString("hex"),
      checkpoints: checkpoints.size,
      signedBy: options.keys.length > 0 ? "a key you gave" : "a key in the bundle",
      heads: walked.covered.heads,
    };
  }
  const { unproved } = report;
  const { seq } = walked.head;
  if (seq > walked.covered.newest) {
    unproved.push(
      `entries ${walked.covered.newest + 1}-${seq} are later than the last checkpoint: order and content rest on the chain alone`,
    );
  }
  if (options.keys.length === 0)
    unproved.push("who signed: give the log's key with --vkey, from a source other than this bundle");
  if (report.witnesses.some(({ result }) => result === "not-checkable"))
    unproved.push("a witness line of a checkpoint that is not in this bundle");
  if (remembered && !same && newest)
    unproved.push("that the log continues the one you remember: that checkpoint is not in this bundle");
  unproved.push("that what people and systems reported was true");
  report.status =
    findings.length > 0
      ? "findings"
      : walked.entries > 0 && newest && options.keys.length > 0
        ? "proved"
        : "not-checkable";
  return report;
}

async function readManifest(zip: ZipReader): Promise<Manifest> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zip.read("manifest.json")) pieces.push(piece);
  const manifest = JSON.parse(Buffer.concat(pieces).toString("utf8")) as Partial<Manifest>;
  const { v, incident, files } = manifest;
  if (v !== BUNDLE_VERSION) throw new BundleError(`its version is not ${BUNDLE_VERSION}`);
  if (typeof incident !== "string" || typeof files !== "object" || files === null)
    throw new BundleError("its manifest is incomplete");
  return { v, incident, files };
}

function keyring(text: string): VerifierKey[] {
  const ring = JSON.parse(text) as { vkey?: unknown }[];
  return ring.flatMap(({ vkey }) => (typeof vkey === "string" ? (parseVerifierKey(vkey) ?? []) : []));
}

const manifestMismatch = (incident: string): Finding => ({
  incident,
  epoch: null,
  seq: null,
  code: "manifest-mismatch",
  layer: "C",
});

const hexBytes = (text: unknown): Buffer => {
  if (typeof text !== "string" || !/^[0-9a-f]{64}$/.test(text))
    throw new BundleError("a proof holds something that is no hash");
  return Buffer.from(text, "hex");
};

async function* hashing(pieces: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

/** Lines of UTF-8 text, however the pieces fall. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE_CHARS) throw new BundleError("an entry is longer than entries are");
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
