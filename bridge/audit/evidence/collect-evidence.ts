import { type Clock, iso } from "../../platform/clock.ts";
import type { LogReport } from "../proof/check-log.ts";
import { checkIncident } from "../proof/check-streams.ts";
import type { Finding } from "../proof/finding.ts";
import { canonicalText } from "../proof/strict-json.ts";
import type { StoredStreams } from "../stored-streams.ts";
import type { EvidenceFolder } from "./evidence-folder.ts";
import { type EvidenceIndex, indexText } from "./evidence-index.ts";
import { createSummary, type Fact, headingsOf } from "./facts.ts";
import { type Period, within } from "./period.ts";

export interface EvidenceDeps {
  streams: StoredStreams;
  /** Undefined where no log was named: then nothing is said of who signed. */
  log: LogReport | undefined;
  /** What verification and the controls left behind; undefined where their table was not named. */
  kept: (() => Promise<KeptStatus>) | undefined;
  folder: EvidenceFolder;
  clock: Clock;
}

/** How the passes and controls stood when they last looked. */
export interface KeptStatus {
  passes: { pass: string; endedAt: string; counts: Readonly<Record<string, number>> }[];
  streams: { incident: string; walkedAt: string | null; entries: number; uncovered: number }[];
  broken: { incident: string | null; total: number }[];
  controls: { id: string; verdict: string; seenAt: string }[];
}

/**
 * Writes what the record says of a period into a folder, with an index of what each file holds and of what nobody knows. Every
 * incident with an entry in the period is there with its whole record. @returns the index
 */
export async function collectEvidence(period: Period, deps: EvidenceDeps): Promise<EvidenceIndex> {
  const { streams, folder, log } = deps;
  const incidents = await folder.begin("incidents.ndjson");
  const kinds = {
    approvals: await folder.begin("approvals.ndjson"),
    access: await folder.begin("access.ndjson"),
    verification: await folder.begin("verification-findings.ndjson"),
  };
  const publications = await folder.begin("publications.ndjson");
  const counts = { incidents: 0, entries: 0, approvals: 0, publications: 0, access: 0, verification: 0 };
  const findings: Finding[] = [];
  let streamsWritten = 0;

  for await (const incident of streams.incidents()) {
    // Looked through first: only what the period touches is written.
    if (!(await touches(incident, period, streams))) continue;
    streamsWritten += 1;
    const name = `records/${ID.test(incident) ? incident : `unnamed-${streamsWritten}`}.ndjson`;
    const record = await folder.begin(name);
    const { next, summary } = createSummary();
    const facts: Fact[] = [];
    let unwritten: { error: unknown } | undefined;
    async function* kept() {
      try {
        for await (const item of streams.items(incident)) {
          await record.line(item.body ?? "");
          yield item;
        }
      } catch (error) {
        unwritten = { error };
        throw error;
      }
    }
    const { stream, publish, uncovered } = await checkIncident(incident, kept(), log, (entry) => {
      next(entry);
      const { seq, at, actor, events } = entry;
      if (within(period, at)) facts.push(...events.map((event) => ({ incident, seq, at, actor, event })));
    });
    // A full disk or a store that is away is no finding about the record.
    if (unwritten) throw unwritten.error;
    await record.end();
    for (const fact of facts) {
      for (const kind of headingsOf(fact.event)) {
        counts[kind] += 1;
        await kinds[kind].line(canonicalText(fact));
      }
    }
    for (const entry of publish.page) {
      if (!within(period, entry.at)) continue;
      counts.publications += 1;
      await publications.line(canonicalText({ incident, ...entry }));
    }
    const found = [...stream.findings, ...publish.findings];
    findings.push(...found);
    counts.entries += stream.entries;
    if (incident.startsWith("_")) continue;
    counts.incidents += 1;
    await incidents.line(
      canonicalText({
        incident,
        ...summary,
        entries: stream.entries,
        uncovered: log ? uncovered : null,
        findings: found.length,
        writes: publish.writes,
        approvedWrites: publish.approved,
        record: name,
      }),
    );
  }
  for (const file of [incidents, ...Object.values(kinds), publications]) await file.end();

  const status = await deps.kept?.();
  if (status) await folder.whole("verification-status.json", JSON.stringify(status, null, 2));
  const index: EvidenceIndex = {
    period: { from: period.from, to: period.to },
    madeAt: iso(deps.clock.now()),
    log: log?.head
      ? { size: log.head.size, root: log.head.root.toString("hex"), checkpointAt: iso(log.head.at) }
      : null,
    counts,
    findings: [...(log?.findings ?? []), ...findings],
    status: status !== undefined,
    files: { ...folder.files },
  };
  await folder.whole("index.json", JSON.stringify(index, null, 2));
  await folder.whole("INDEX.md", indexText(index));
  return index;
}

/** Of streams that the product writes. Another partition of the table may be called anything, and must not name a file. */
const ID = /^[A-Za-z0-9-]{1,64}$|^_system$/;

async function touches(incident: string, period: Period, streams: Pick<StoredStreams, "items">): Promise<boolean> {
  for await (const { body = "" } of streams.items(incident)) {
    const at = /"at":"([^"]{1,40})"/.exec(body)?.[1];
    if (at !== undefined && within(period, at)) return true;
  }
  return false;
}
