import { createStreamCheck, type ItemAsStored, type PlainEntry, type StreamReport } from "./check-entries.ts";
import type { LogReport } from "./check-log.ts";
import { createPublishCheck, type PublishReport } from "./check-publishes.ts";
import type { Finding } from "./finding.ts";

/** Where items are read from: as they lie in the store. */
export interface ItemSource {
  items(incident: string): AsyncIterable<ItemAsStored>;
  incidents(): AsyncIterable<string>;
}

export interface IncidentReport {
  stream: StreamReport;
  publish: PublishReport;
  /** Entries behind the newest head that a checkpoint covers. */
  uncovered: number;
}

/** Heads of one incident with the signer's clock at the checkpoint that covers each first. */
export function headsOf(incident: string, log: LogReport | undefined) {
  const ticks = new Map(log?.checkpoints.map(({ size, tick }) => [size, tick?.to]));
  return (log?.heads.get(incident) ?? []).map((head) => ({ ...head, notAfter: ticks.get(head.coveredBy) }));
}

/**
 * Walks one stream from its first entry and holds it against the log. An exception on the way is a finding, never a crash.
 * @param onEntry told of each entry that is one and stands where it says, in order
 */
export async function checkIncident(
  incident: string,
  items: AsyncIterable<ItemAsStored>,
  log: LogReport | undefined,
  onEntry: (entry: PlainEntry, hash: string) => void = () => {},
): Promise<IncidentReport> {
  const publish = createPublishCheck(incident);
  const check = createStreamCheck(incident, {
    heads: headsOf(incident, log),
    onEntry: (entry, hash) => {
      publish.next(entry);
      onEntry(entry, hash);
    },
  });
  let failed: Finding | undefined;
  try {
    for await (const item of items) check.next(item);
  } catch {
    failed = { incident, epoch: null, seq: null, code: "check-failed", layer: "C" };
  }
  const stream = check.end();
  if (failed) stream.findings = [failed, ...stream.findings.filter(({ code }) => code !== "head-missing")];
  return { stream, publish: publish.end(), uncovered: Math.max(0, stream.head.seq - stream.covered.newest) };
}

/** Every incident that the ledger or the log knows of, each once. */
export async function* allIncidents(source: ItemSource, log: LogReport | undefined): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const incident of source.incidents()) {
    if (seen.has(incident)) continue;
    seen.add(incident);
    yield incident;
  }
  for (const incident of log?.heads.keys() ?? []) if (!seen.has(incident)) yield incident;
}
