import { checkLog, type LogReport, openCheckpoint } from "../proof/check-log.ts";
import { type LogLeaf, parseLeaf, type TickLeaf } from "../proof/log-leaf.ts";
import { type LogStore, type Numbered, readCheckpoints, readLeaves } from "../proof/log-store.ts";
import { leafHash } from "../proof/merkle.ts";
import type { VerifierKey } from "../proof/signed-note.ts";

/**
 * The log as verification sees it: read whole once, and from then on what it has gained. A minute's look must not cost more the
 * older the log is: 50,000 leaves with their 16,700 signatures take 2.4 s of one core, in which nothing else is done.
 */
export interface WatchedLog {
  /** Every leaf and every checkpoint, as if none had been seen before. @throws what the store throws */
  readWhole(): Promise<LogReport>;
  /**
   * As `readWhole`, except that what held when it was last read is not read again. Where anything new does not hold, everything
   * is read, so that all of what is wrong is found. The report that comes back grows with the next look. @throws what the store throws
   */
  read(): Promise<LogReport>;
}

export function createWatchedLog(deps: {
  log: LogStore;
  key: VerifierKey;
  /** The largest checkpoint that anybody of us has seen. */
  remembered: () => Promise<{ size: number; root: string } | undefined>;
}): WatchedLog {
  const { log } = deps;
  const keys = [deps.key];
  let held: Held | undefined;

  const readWhole = async () => {
    held = undefined;
    const report = await checkLog(log, { keys, remembered: await deps.remembered() });
    held = heldIn(report);
    return report;
  };

  const read = async () => {
    if (!held || !(await remembers(held.report, deps.remembered))) return readWhole();
    const grown = await grow(held, log, keys);
    if (!grown) return readWhole();
    held = grown;
    return held.report;
  };

  /** One at a time: two looks would add the same leaves twice. */
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (look: () => Promise<LogReport>): Promise<LogReport> => {
    const turn = queue.then(look);
    queue = turn.catch(() => {
      // Half of what is new may be in the tree.
      held = undefined;
    });
    return turn;
  };
  return { readWhole: () => inTurn(readWhole), read: () => inTurn(read) };
}

/** A report that others can be built on: nothing was found, and every leaf is signed. */
interface Held {
  report: LogReport;
  /** Of the newest checkpoint. */
  note: string;
  tick: TickLeaf;
}

function heldIn(report: LogReport): Held | undefined {
  const newest = report.checkpoints.at(-1);
  if (!newest?.tick || report.unsigned > 0 || report.findings.length > 0) return undefined;
  return { report, note: newest.note, tick: newest.tick };
}

/** Whether it reaches as far as others have seen, and says the same there. */
async function remembers({ tree }: LogReport, remembered: () => Promise<{ size: number; root: string } | undefined>) {
  const known = await remembered();
  return !known || (known.size <= tree.size && tree.root(known.size).toString("hex") === known.root);
}

/** Adds what the log has gained; undefined where anything is not as it should be, and then the report is of no use any more. */
async function grow(
  { report, note, tick }: Held,
  log: LogStore,
  keys: readonly VerifierKey[],
): Promise<Held | undefined> {
  const { tree } = report;
  const base = tree.size;
  // 1. The checkpoints before the leaves, as always: first the newest that is known, which must still be what it was.
  const [last, ...fresh] = await allOf(readCheckpoints(log, base));
  if (last?.n !== base || last.text !== note) return undefined;

  // 2. The leaves up to the newest checkpoint. Those behind it are counted, and read again when they are signed.
  const signed = fresh.at(-1)?.n ?? base;
  const leaves: LogLeaf[] = [];
  for (const { n, text = "" } of await allOf(readLeaves(log, base))) {
    const leaf = n === base + leaves.length ? parseLeaf(text) : undefined;
    if (!leaf) return undefined;
    leaves.push(leaf);
    if (n < signed) tree.append(leafHash(text));
  }
  if (tree.size !== signed) return undefined;

  // 3. Each new checkpoint against the tree; the heads below it are covered by it first.
  const grown: Held = { report, note, tick };
  let covered = base;
  for (const { n: size, text = "" } of fresh) {
    const opened = openCheckpoint({ n: size, text }, { keys });
    if ("code" in opened || !tree.root(size).equals(opened.head.root)) return undefined;
    const ending = leaves[size - 1 - base];
    if (ending?.kind !== "tick" || ending.from > ending.to || ending.to < grown.tick.from) return undefined;
    grown.tick = ending;
    grown.note = text;
    report.checkpoints.push({ size, note: text, head: opened.head, tick: ending });
    report.head = { ...opened.head, at: ending.to };
    for (const [place, leaf] of leaves.slice(covered - base, size - base).entries()) {
      if (leaf.kind !== "head") continue;
      const heads = report.heads.get(leaf.incident) ?? [];
      report.heads.set(leaf.incident, heads);
      heads.push({ ...leaf, index: covered + place, coveredBy: size });
    }
    covered = size;
  }
  report.unsigned = base + leaves.length - signed;
  return grown;
}

async function allOf(listed: AsyncIterable<Numbered>): Promise<Numbered[]> {
  const all: Numbered[] = [];
  for await (const one of listed) all.push(one);
  return all;
}
