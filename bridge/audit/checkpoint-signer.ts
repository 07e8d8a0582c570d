import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import {
  beforeFirst,
  bodyHash,
  createStreamCheck,
  type ItemAsStored,
  opensEpoch,
  readEntry,
  type StreamHead,
} from "./proof/check-entries.ts";
import { openCheckpoint } from "./proof/check-log.ts";
import { checkpointText, type LogHead } from "./proof/checkpoint-note.ts";
import type { Finding, FindingCode } from "./proof/finding.ts";
import { type HeadLeaf, type LogLeaf, parseLeaf, type TickLeaf } from "./proof/log-leaf.ts";
import {
  checkpointKey,
  type LogStore,
  leafKey,
  type Numbered,
  readCheckpoints,
  readLeaves,
} from "./proof/log-store.ts";
import { createMerkleTree, leafHash } from "./proof/merkle.ts";
import { canonicalText } from "./proof/strict-json.ts";
import { signNote } from "./sign-note.ts";
import type { SigningKey } from "./signing-key.ts";
import type { StoredStreams } from "./stored-streams.ts";

/** A stream does not verify from its last covered entry on: it is not covered, and nothing may be published from it. */
export class HeadRefusedError extends AppError {
  override readonly name = "HeadRefusedError";
  constructor(
    readonly incident: string,
    readonly finding: Pick<Finding, "code" | "seq">,
  ) {
    super(
      `the ledger of ${incident} is not covered: entry ${finding.seq ?? "?"} does not hold (${finding.code}); stop writing there and call the security lead`,
    );
  }
}

/** The log is not what this signer would build on. Nothing is signed until a person has looked. */
export class SignerStoppedError extends AppError {
  override readonly name = "SignerStoppedError";
  constructor(
    readonly code: FindingCode | "unsigned-leaf-mismatch",
    readonly place: number,
  ) {
    super(`the audit log does not hold at ${place} (${code}); nothing is signed, compare the log with its copies`);
  }
}

export interface Checkpoint extends LogHead {
  /** Signer's clock when it had read the heads. */
  at: number;
}

/** Puts heads of the ledger into the log and signs how far it reaches. Asked for a place, never told a hash. */
export interface CheckpointSigner {
  readonly verifierKey: string;
  /**
   * A checkpoint that covers the incident up to `seq` at least. @throws HeadRefusedError, SignerStoppedError, and whatever
   * the stores or the key throw
   */
  cover(incident: string, seq: number): Promise<Checkpoint>;
  /** One checkpoint of these incidents' heads, even if none has moved: the heartbeat. Broken ones are left out and returned. */
  coverAll(incidents: readonly string[]): Promise<{ checkpoint: Checkpoint; refused: HeadRefusedError[] }>;
  /** The newest checkpoint of this log, read now. */
  newest(): Promise<Checkpoint | undefined>;
  /** Offers the newest checkpoint to the log a second time, unchanged: a log that is written once refuses it. */
  offerAgain(): Promise<"refused" | "taken-twice" | "nothing-yet">;
}

/** So often another signer may take a place before we give up. */
const MAX_RACES = 20;

export function createCheckpointSigner(deps: {
  log: LogStore;
  streams: StoredStreams;
  key: SigningKey;
  clock: Clock;
  logger: Logger;
}): CheckpointSigner {
  const { log, streams, key, clock, logger } = deps;
  const origin = key.verifier.name;
  const tree = createMerkleTree();
  /** Newest head in the log of each incident; a checkpoint may not cover it yet. */
  const covered = new Map<string, HeadLeaf>();
  /** Heads that this process did not write and has not looked at yet. */
  const foreign: { index: number; leaf: HeadLeaf }[] = [];
  let newest: Checkpoint | undefined;
  let lastTick: TickLeaf | undefined;
  /** Set once the log was found wrong: whatever is asked later gets the same answer. */
  let stopped: SignerStoppedError | undefined;

  const stop = (code: SignerStoppedError["code"], place: number): never => {
    stopped = new SignerStoppedError(code, place);
    logger.error("audit-signer-stopped", { code, place });
    throw stopped;
  };

  const take = (leaf: LogLeaf | undefined, text: string) => {
    tree.append(leafHash(text));
    if (leaf?.kind === "head") covered.set(leaf.incident, leaf);
    if (leaf?.kind === "tick") lastTick = leaf;
  };

  /** Reads what the log has gained since the last look, and builds on it only if it holds. */
  const catchUp = async () => {
    if (stopped) throw stopped;
    // 1. Checkpoints are listed before leaves: what another signer writes at this moment must not look like a gap.
    const known = newest?.size ?? 0;
    const listed: Numbered[] = [];
    for await (const one of readCheckpoints(log, known)) listed.push(one);
    // 2. Leaves: without a gap, each one readable. The tree's own size is where the next one goes.
    for await (const { n, text } of readLeaves(log, tree.size)) {
      if (n !== tree.size || text === undefined) return stop("leaf-missing", tree.size);
      const leaf = parseLeaf(text);
      if (!leaf) return stop("leaf-malformed", n);
      take(leaf, text);
      if (leaf.kind === "head") foreign.push({ index: n, leaf });
    }
    // 3. Checkpoints: our own signature, our origin, and the root that the stored leaves give.
    let remembered = known === 0;
    for (const stored of listed) {
      remembered ||= stored.n === known;
      const opened = openCheckpoint(stored, { keys: [key.verifier], origin });
      if ("code" in opened) return stop(opened.code, stored.n);
      if (opened.head.size > tree.size) return stop("leaf-missing", tree.size);
      if (!tree.root(opened.head.size).equals(opened.head.root)) return stop("root-mismatch", stored.n);
      if (opened.head.size > (newest?.size ?? -1)) newest = { ...opened.head, at: lastTick?.to ?? 0 };
    }
    if (!remembered) return stop("log-shrunk", known);
    // 4. Leaves that a crash, or another signer at this moment, left unsigned are adopted if the ledger says the same.
    for (let next = foreign[0]; next; next = foreign[0]) {
      const { index, leaf } = next;
      const signed = index < (newest?.size ?? 0);
      if (!signed && (await hashAt(leaf.incident, leaf.seq)) !== leaf.hash)
        return stop("unsigned-leaf-mismatch", index);
      foreign.shift();
    }
  };

  const hashAt = async (incident: string, seq: number): Promise<string | undefined> => {
    for await (const { body } of streams.items(incident, seq - 1))
      return body === undefined ? undefined : bodyHash(body);
    return undefined;
  };

  /** Where an incident stands now, verified from its last covered entry on. @throws HeadRefusedError */
  const headOf = async (incident: string): Promise<StreamHead> => {
    const last = covered.get(incident);
    const items: ItemAsStored[] = [];
    for await (const item of streams.items(incident, last ? last.seq - 1 : 0)) items.push(item);
    const epoch = newestEpoch(items, last?.epoch);
    const from = epoch?.from ?? (last ? lastCovered(last, items[0]) : beforeFirst(incident));
    const check = createStreamCheck(incident, { from });
    for (const item of items.slice(epoch?.place ?? (last ? 1 : 0))) check.next(item);
    const { head, findings } = check.end();
    const [finding] = findings;
    if (finding) throw new HeadRefusedError(incident, finding);
    return head;
  };

  /** Signs and writes leaves. @returns undefined when another signer took a place: look again. */
  const sign = async (heads: readonly HeadLeaf[], from: number): Promise<Checkpoint | undefined> => {
    const tick: TickLeaf = { kind: "tick", from, to: clock.now() };
    const leaves = [...heads, tick].map((leaf) => ({ leaf, text: canonicalText(leaf) }));
    // Behind every checkpoint there is, and longer by a tick at least: no size is signed twice, nor a smaller one.
    const size = tree.size + leaves.length;
    const head: LogHead = { origin, size, root: tree.rootWith(leaves.map(({ text }) => leafHash(text))) };
    // Before anything is written: a key that does not sign leaves no unsigned leaves, however often it is asked.
    const note = await signNote(checkpointText(head), key);
    for (const { leaf, text } of leaves) {
      if ((await log.putOnce(leafKey(tree.size), text)) === "taken") return undefined;
      take(leaf, text);
    }
    if ((await log.putOnce(checkpointKey(size), note)) === "taken") return undefined;
    newest = { ...head, at: tick.to };
    return newest;
  };

  const cover = async (incident: string, seq: number): Promise<Checkpoint> => {
    for (let races = 0; races < MAX_RACES; races += 1) {
      await catchUp();
      const from = clock.now();
      const head = await headOf(incident);
      if (head.seq < seq) throw new HeadRefusedError(incident, { code: "head-missing", seq });
      const last = covered.get(incident);
      const moved = last?.seq !== head.seq;
      // In the log already, and signed: nothing to add.
      if (!moved && newest && newest.size === tree.size) return newest;
      const signed = await sign(moved ? [leafOf(incident, head)] : [], from);
      if (signed) return signed;
    }
    throw new SignerStoppedError("root-changed", tree.size);
  };

  const coverAll: CheckpointSigner["coverAll"] = async (incidents) => {
    for (let races = 0; races < MAX_RACES; races += 1) {
      await catchUp();
      const from = clock.now();
      const refused: HeadRefusedError[] = [];
      const leaves: HeadLeaf[] = [];
      for (const incident of new Set(incidents)) {
        try {
          const head = await headOf(incident);
          if (head.seq > (covered.get(incident)?.seq ?? 0)) leaves.push(leafOf(incident, head));
        } catch (error) {
          if (!(error instanceof HeadRefusedError)) throw error;
          refused.push(error);
        }
      }
      const checkpoint = await sign(leaves, from);
      if (checkpoint) return { checkpoint, refused };
    }
    throw new SignerStoppedError("root-changed", tree.size);
  };

  /** One at a time: a signer never races itself. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  return {
    verifierKey: key.verifier.text,
    cover: (incident, seq) => inTurn(() => cover(incident, seq)),
    coverAll: (incidents) => inTurn(() => coverAll(incidents)),
    newest: () =>
      inTurn(async () => {
        await catchUp();
        return newest;
      }),
    offerAgain: () =>
      inTurn(async () => {
        await catchUp();
        if (!newest) return "nothing-yet";
        const key = checkpointKey(newest.size);
        const text = await log.get(key);
        if (text === undefined) throw stop("log-shrunk", newest.size);
        return (await log.putOnce(key, text)) === "taken" ? "refused" : "taken-twice";
      }),
  };
}

const leafOf = (incident: string, { epoch, seq, hash }: StreamHead): HeadLeaf => ({
  kind: "head",
  incident,
  epoch,
  seq,
  hash,
});

/** The entry that the log covers, found again in the ledger. @throws HeadRefusedError when another one stands there, or none */
function lastCovered(last: HeadLeaf, item: ItemAsStored | undefined): StreamHead {
  const { incident, seq } = last;
  if (item?.body === undefined) throw new HeadRefusedError(incident, { code: "head-missing", seq });
  if (bodyHash(item.body) !== last.hash) throw new HeadRefusedError(incident, { code: "head-mismatch", seq });
  // A leaf that a crash left was adopted for its hash alone.
  const read = readEntry(item.body);
  if (typeof read === "string") throw new HeadRefusedError(incident, { code: read, seq });
  return { ...last, at: read.entry.at };
}

/** The newest beginning of an epoch above `known` among these items: a stream that broke goes on from there. */
function newestEpoch(items: readonly ItemAsStored[], known = 1): { place: number; from: StreamHead } | undefined {
  for (let place = items.length - 1; place >= 0; place -= 1) {
    const body = items[place]?.body;
    if (body === undefined || !body.includes("EpochOpened")) continue;
    const read = readEntry(body);
    if (typeof read === "string" || read.entry.epoch <= known || !opensEpoch(read.entry)) continue;
    const { epoch, seq, prev } = read.entry;
    return { place, from: { epoch, seq: seq - 1, hash: prev, at: "" } };
  }
  return undefined;
}
