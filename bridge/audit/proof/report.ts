import type { Finding } from "./finding.ts";

/** Of the rules above, not of the product: a report says by which rules it was made. */
export const VERIFIER_VERSION = "1";

/** What a check found out, and what it could not. */
export interface AuditReport {
  status: "proved" | "findings" | "not-checkable";
  verifierVersion: string;
  findings: Finding[];
  entries: {
    count: number;
    incidents: number;
    epochs: { incident: string; epoch: number; from: number; to: number }[];
  };
  log:
    | {
        size: number;
        root: string;
        checkpoints: number;
        signedBy: "a key you gave" | "the sandbox's own key" | "a key in the bundle";
        heads: number;
      }
    | undefined;
  publish: { writes: number; approved: number; skippedCheckpoint: number };
  /** Witness lines and what became of them. */
  witnesses: { line: string; result: "matches" | "differs" | "not-checkable" }[];
  /** Sentences that begin with what was not proved. */
  unproved: string[];
  /** Why nothing could be said at all, when so. */
  obstacle?: string;
}

/** 0 proved, 1 findings, 2 not checkable. */
export const exitCodeOf = ({ status }: Pick<AuditReport, "status">): 0 | 1 | 2 =>
  status === "proved" ? 0 : status === "findings" ? 1 : 2;

export const notCheckable = (obstacle: string): AuditReport => ({
  status: "not-checkable",
  verifierVersion: VERIFIER_VERSION,
  findings: [],
  entries: { count: 0, incidents: 0, epochs: [] },
  log: undefined,
  publish: { writes: 0, approved: 0, skippedCheckpoint: 0 },
  witnesses: [],
  unproved: [],
  obstacle,
});

const MAX_LISTED = 200;

/** For people: one line a thing. */
export function reportText(report: AuditReport): string {
  const { entries, log, publish, findings } = report;
  const line = (name: string, what: string, result: string) => `${name.padEnd(11)}${what.padEnd(44)}${result}`;
  const ofChain = findings.filter(({ layer }) => layer === "C" || layer === "S").length;
  const [only] = entries.epochs;
  const where =
    entries.incidents === 1 && entries.epochs.length === 1 && only
      ? `${entries.count}, epoch ${only.epoch}, seq ${only.from}-${only.to}`
      : `${entries.count} of ${entries.incidents} incidents`;
  const lines = [
    ...(report.obstacle === undefined ? [] : [`NOT CHECKED ${report.obstacle}`]),
    ...(entries.count === 0
      ? []
      : [line("entries", where, ofChain === 0 ? "chain ok, canonical ok, commandIds unique" : `${ofChain} findings`)]),
    ...(log
      ? [
          line(
            "log",
            `size ${log.size}, root ${log.root.slice(0, 16)}`,
            `${log.checkpoints} checkpoints signed (${log.signedBy}), ${log.heads} heads found`,
          ),
        ]
      : []),
    ...(entries.count === 0
      ? []
      : [
          line(
            "publish",
            `${publish.writes} writes on the page`,
            publish.writes === publish.approved
              ? `${publish.approved} approved, same hash, authority recorded`
              : `only ${publish.approved} approved`,
          ),
        ]),
    ...report.witnesses.map(({ line: text, result }) =>
      line(
        "witness",
        text,
        { matches: "matches what you gave", differs: "DIFFERS", "not-checkable": "not in this bundle" }[result],
      ),
    ),
    ...report.unproved.map((text) => `NOT PROVED ${text}`),
    ...findings
      .slice(0, MAX_LISTED)
      .map(
        ({ incident, epoch, seq, code, layer }) =>
          `FINDING    ${incident ?? "the log"}${epoch === null ? "" : ` epoch ${epoch}`} ${incident === null ? "at" : "entry"} ${seq ?? "?"}: ${code} (layer ${layer})`,
      ),
    ...(findings.length > MAX_LISTED ? [`FINDING    and ${findings.length - MAX_LISTED} more; --json lists all`] : []),
    { proved: "PROVED", findings: "FINDINGS", "not-checkable": "NOT CHECKABLE" }[report.status],
  ];
  return `${lines.join("\n")}\n`;
}
