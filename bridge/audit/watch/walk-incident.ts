import {
  bodyHash,
  createStreamCheck,
  type ItemAsStored,
  type PlainEntry,
  type StreamHead,
} from "../proof/check-entries.ts";
import type { LogReport } from "../proof/check-log.ts";
import { checkIncident } from "../proof/check-streams.ts";
import type { Finding } from "../proof/finding.ts";
import type { StoredStreams } from "../stored-streams.ts";

/** The entry up to which a stream was once found to hold, remembered outside the ledger. */
export type Watermark = StreamHead;

/** One look at one stream. */
export interface Walk {
  incident: string;
  head: StreamHead;
  /** Entries of the ledger that were looked at. */
  entries: number;
  /** Behind the newest entry that a checkpoint covers. */
  uncovered: number;
  publish: { writes: number; approved: number };
  /** What does not hold and nobody has answered yet. */
  findings: Finding[];
  /** What does not hold in an epoch that a person has ended, and was named when they did. It stays so for ever. */
  settled: Finding[];
}

type Items = Pick<StoredStreams, "items">;

/**
 * Walks a whole stream, all rules: chain, canonical form, the heads in the log, publications, and the watermark.
 * @throws what the store throws: a stream that could not be read was not looked at
 */
export async function walkIncident(
  incident: string,
  streams: Items,
  log: LogReport | undefined,
  mark?: Watermark,
): Promise<Walk> {
  let unreadable: { error: unknown } | undefined;
  const items = async function* (): AsyncGenerator<ItemAsStored> {
    try {
      yield* streams.items(incident);
    } catch (error) {
      unreadable = { error };
      throw error;
    }
  };
  let atMark: string | undefined;
  const settlements: { seq: number; named: Set<string> }[] = [];
  const { stream, publish, uncovered } = await checkIncident(incident, items(), log, (entry, hash) => {
    if (entry.seq === mark?.seq) atMark = hash;
    const named = namedFindings(entry);
    if (named) settlements.push({ seq: entry.seq, named });
  });
  if (unreadable) throw unreadable.error;
  const all = [...stream.findings, ...publish.findings];
  if (mark && atMark !== mark.hash) all.push(lostMark(incident, mark, atMark));
  const isSettled = ({ seq, code }: Finding) =>
    seq !== null && settlements.some((opening) => seq < opening.seq && opening.named.has(`${seq} ${code}`));
  return {
    incident,
    head: stream.head,
    entries: stream.entries,
    uncovered,
    publish: { writes: publish.writes, approved: publish.approved },
    findings: all.filter((finding) => !isSettled(finding)),
    settled: all.filter(isSettled),
  };
}

/**
 * Looks at what came behind the watermark, and whether the entry at the watermark is still the same one. Cheap, and sees what no
 * checkpoint covers yet; what was changed before the watermark only a whole walk sees.
 * @throws what the store throws
 */
export async function checkTail(
  incident: string,
  streams: Items,
  mark: Watermark,
): Promise<{ head: StreamHead; entries: number; findings: Finding[] }> {
  const check = createStreamCheck(incident, { from: mark });
  let entries = 0;
  let lost: Finding | undefined = lostMark(incident, mark, undefined);
  for await (const item of streams.items(incident, mark.seq - 1)) {
    entries += 1;
    if (entries > 1) {
      check.next(item);
      continue;
    }
    const hash = item.body === undefined ? undefined : bodyHash(item.body);
    const same = hash === mark.hash && item.hash === mark.hash && item.others.length === 0;
    lost = same ? undefined : lostMark(incident, mark, item.sk === sortKeyOf(mark.seq) ? (hash ?? "") : undefined);
    if (lost) break;
  }
  if (lost) return { head: mark, entries, findings: [lost] };
  const { head, findings } = check.end();
  return { head, entries, findings };
}

const sortKeyOf = (seq: number): string => `E#${String(seq).padStart(12, "0")}`;

const lostMark = (incident: string, { epoch, seq }: Watermark, hash: string | undefined): Finding => ({
  incident,
  epoch,
  seq,
  code: hash === undefined ? "watermark-missing" : "watermark-mismatch",
  layer: "S",
});

/** The findings that the opening of an epoch names, by place and code. The entry is not trusted to be of our own form. */
function namedFindings({ events: [first] }: PlainEntry): Set<string> | undefined {
  if (first?.type !== "EpochOpened" || !Array.isArray(first.findings)) return undefined;
  return new Set(
    first.findings.map((finding: unknown) => {
      const { seq, code } = (finding ?? {}) as { seq?: unknown; code?: unknown };
      return `${String(seq)} ${String(code)}`;
    }),
  );
}
