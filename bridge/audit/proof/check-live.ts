import { checkLog, type Witness } from "./check-log.ts";
import { allIncidents, checkIncident, type ItemSource } from "./check-streams.ts";
import { digestOf } from "./checkpoint-note.ts";
import type { LogStore } from "./log-store.ts";
import { type AuditReport, notCheckable, VERIFIER_VERSION } from "./report.ts";
import type { VerifierKey } from "./signed-note.ts";

export interface LiveOptions {
  keys: readonly VerifierKey[];
  /** The keys are those that the sandbox names itself. */
  ownKey: boolean;
  witnesses: readonly Witness[];
  remembered?: { size: number; root: string } | undefined;
}

/** Checks a whole ledger where it lies, and the log beside it where there is one. */
export async function checkLive(
  source: ItemSource,
  log: LogStore | undefined,
  options: LiveOptions,
): Promise<AuditReport> {
  const { keys, witnesses, remembered } = options;
  const logReport = log && (await checkLog(log, { keys, witnesses, remembered }));
  const report = notCheckable("");
  delete report.obstacle;
  report.findings.push(...(logReport?.findings ?? []));
  let uncovered = 0;
  let heads = 0;
  for await (const incident of allIncidents(source, logReport)) {
    const { stream, publish, uncovered: tail } = await checkIncident(incident, source.items(incident), logReport);
    report.entries.incidents += 1;
    report.entries.count += stream.entries;
    report.entries.epochs.push(...stream.epochs.map((epoch) => ({ incident, ...epoch })));
    report.findings.push(...stream.findings, ...publish.findings);
    report.publish.writes += publish.writes;
    report.publish.approved += publish.approved;
    report.publish.skippedCheckpoint += publish.skippedCheckpoint;
    uncovered += tail;
    heads += stream.covered.heads;
  }
  if (report.entries.count === 0 && report.findings.length === 0) return notCheckable("the ledger holds nothing");
  const head = logReport?.head;
  if (logReport && head) {
    report.log = {
      size: head.size,
      root: head.root.toString("hex"),
      checkpoints: logReport.checkpoints.length,
      signedBy: options.ownKey ? "the sandbox's own key" : "a key you gave",
      heads,
    };
    for (const { size, root16 } of witnesses) {
      const known =
        size <= head.size && digestOf({ size, root: logReport.tree.root(size) }) === `audit ${size} ${root16}`;
      report.witnesses.push({ line: `${size}:${root16}`, result: known ? "matches" : "differs" });
    }
  } else {
    report.unproved.push("anything that only a signed log could prove: no checkpoint was found");
  }
  if (keys.length === 0) report.unproved.push("who signed the log: give its key with --vkey");
  if (options.ownKey) report.unproved.push("that the key is the right one: it was taken from the sandbox itself");
  if (uncovered > 0)
    report.unproved.push(
      `${uncovered} entries are later than the last checkpoint: order and content rest on the chain alone`,
    );
  report.unproved.push("that what people and systems reported was true");
  report.verifierVersion = VERIFIER_VERSION;
  report.status = report.findings.length > 0 ? "findings" : head && keys.length > 0 ? "proved" : "not-checkable";
  return report;
}
