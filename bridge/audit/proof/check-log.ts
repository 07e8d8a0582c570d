import { digestOf, type LogHead, parseCheckpointText } from "./checkpoint-note.ts";
import { type Finding, inLog } from "./finding.ts";
import { type HeadLeaf, parseLeaf, type TickLeaf } from "./log-leaf.ts";
import { type LogStore, type Numbered, readCheckpoints, readLeaves } from "./log-store.ts";
import { createMerkleTree, leafHash, type MerkleTree } from "./merkle.ts";
import { openNote, type VerifierKey } from "./signed-note.ts";

/** A line that somebody kept elsewhere: `<size>:<16 hex of root>`. */
export interface Witness {
  size: number;
  root16: string;
}

export interface LogCheckOptions {
  /** Keys whose signatures count. Without any, nothing is proved about who signed. */
  keys: readonly VerifierKey[];
  /** What the log must call itself; absent: the name of the first key. */
  origin?: string | undefined;
  /** The largest head seen before. */
  remembered?: { size: number; root: string } | undefined;
  witnesses?: readonly Witness[] | undefined;
}

export interface LogReport {
  /** The newest checkpoint that holds, if any does. */
  head?: LogHead & { at: number };
  /** Heads below that checkpoint, by incident, in order. */
  heads: Map<string, CoveredHead[]>;
  checkpoints: { size: number; note: string; head: LogHead; tick: TickLeaf | undefined }[];
  /** Leaves that no checkpoint signs yet. */
  unsigned: number;
  tree: MerkleTree;
  findings: Finding[];
}

export interface CoveredHead extends HeadLeaf {
  /** Number of the leaf, and the size of the first checkpoint that covers it. */
  index: number;
  coveredBy: number;
}

/** Reads the whole log and checks it against itself, the keys given, what was remembered and what was witnessed. */
export async function checkLog(store: LogStore, options: LogCheckOptions): Promise<LogReport> {
  const findings: Finding[] = [];
  const tree = createMerkleTree();
  const leaves: { index: number; head?: HeadLeaf; tick?: TickLeaf }[] = [];

  // 1. The checkpoints are listed before the leaves: a batch that is written at this moment must not look like a gap.
  const stored: Numbered[] = [];
  for await (const one of readCheckpoints(store)) stored.push(one);

  // 2. The leaves, one after the other from the first. Behind a gap nothing can be placed.
  for await (const { n, text } of readLeaves(store)) {
    if (n !== tree.size || text === undefined) {
      findings.push(inLog("leaf-missing", tree.size));
      break;
    }
    const leaf = parseLeaf(text);
    if (!leaf) findings.push(inLog("leaf-malformed", n));
    tree.append(leafHash(text));
    leaves.push({
      index: n,
      ...(leaf?.kind === "head" ? { head: leaf } : leaf?.kind === "tick" ? { tick: leaf } : {}),
    });
  }

  // 3. The checkpoints, each against the tree that the leaves give.
  const checkpoints: LogReport["checkpoints"] = [];
  for (const one of stored) {
    const opened = openCheckpoint(one, options);
    if ("code" in opened) {
      findings.push(opened);
      continue;
    }
    const { size } = opened.head;
    if (size > tree.size) {
      findings.push(inLog("leaf-missing", tree.size));
      continue;
    }
    if (!tree.root(size).equals(opened.head.root)) {
      findings.push(inLog("root-mismatch", size));
      continue;
    }
    const tick = leaves[size - 1]?.tick;
    const before = checkpoints.at(-1)?.tick;
    if (!tick) findings.push(inLog("tick-missing", size));
    else if (tick.from > tick.to || (before && tick.to < before.from)) findings.push(inLog("tick-disorder", size));
    checkpoints.push({ size, ...opened, tick });
  }
  const newest = checkpoints.at(-1);

  // 4. What others remember.
  if (options.remembered) {
    const { size, root } = options.remembered;
    if (size > (newest?.size ?? 0)) findings.push(inLog("log-shrunk", size, "W"));
    else if (tree.root(size).toString("hex") !== root) findings.push(inLog("root-changed", size, "W"));
  }
  for (const { size, root16 } of options.witnesses ?? []) {
    if (size > (newest?.size ?? 0)) findings.push(inLog("log-shrunk", size, "W"));
    else if (digestOf({ size, root: tree.root(size) }) !== `audit ${size} ${root16}`)
      findings.push(inLog("witness-mismatch", size, "W"));
  }

  // 5. Which heads are covered, and by which checkpoint first.
  const heads = new Map<string, CoveredHead[]>();
  let begin = 0;
  for (const { size } of checkpoints) {
    for (const { index, head } of leaves.slice(begin, size)) {
      if (!head) continue;
      const known = heads.get(head.incident) ?? [];
      heads.set(head.incident, known);
      known.push({ ...head, index, coveredBy: size });
    }
    begin = size;
  }
  return {
    ...(newest ? { head: { ...newest.head, at: newest.tick?.to ?? 0 } } : {}),
    heads,
    checkpoints,
    unsigned: tree.size - (newest?.size ?? 0),
    tree,
    findings,
  };
}

/** Reads one stored checkpoint: signed by a key given, of this log, at its own place. */
export function openCheckpoint(
  { n, text }: Numbered,
  { keys, origin = keys[0]?.name }: Pick<LogCheckOptions, "keys" | "origin">,
): { head: LogHead; note: string } | Finding {
  if (text === undefined) return inLog("checkpoint-malformed", n);
  const note = openNote(text, keys);
  if (note.kind === "malformed") return inLog("checkpoint-malformed", n);
  const head = parseCheckpointText(note.text);
  if (!head || head.size !== n) return inLog("checkpoint-malformed", n);
  if (origin !== undefined && head.origin !== origin) return inLog("origin-foreign", n);
  if (note.kind === "forged" || (note.kind === "unsigned" && keys.length > 0))
    return inLog("signature-invalid", n, "K");
  return { head, note: text };
}
