import type { Finding } from "../proof/finding.ts";

export interface EvidenceIndex {
  period: { from: string; to: string };
  madeAt: string;
  /** The newest checkpoint that holds; null where no log was looked at or none holds. */
  log: { size: number; root: string; checkpointAt: string } | null;
  counts: {
    incidents: number;
    entries: number;
    approvals: number;
    publications: number;
    access: number;
    verification: number;
  };
  findings: Finding[];
  /** Whether the passes' and controls' own table was looked at. */
  status: boolean;
  files: Readonly<Record<string, { sha256: string; bytes: number }>>;
}

/** What nobody can tell from what is kept. A gap that is not named would read as a clean year. */
export function unknownsOf({ log, status }: Pick<EvidenceIndex, "log" | "status">): string[] {
  return [
    "Drills: the record does not tell a drill from an incident; name yours beside `incidents.ndjson`.",
    "Between two looks of verification: each pass keeps only its last result. What it found is in the record; that it ran on a given day is not.",
    "Who may approve: membership is read from Slack at each click and stored with the approval as its basis; the group over time is not kept here.",
    "When credentials expire or were renewed: nothing here records it.",
    "That what people and systems reported was true.",
    ...(log
      ? []
      : [
          "Who signed the log, and whether it covers these records: no log was named with its key, or none of its checkpoints holds.",
        ]),
    ...(status ? [] : ["How verification and the controls stood: their table was not named (INDEX_TABLE)."]),
  ];
}

const FILES: readonly [file: string, what: string][] = [
  [
    "incidents.ndjson",
    "one line an incident that has an entry in the period: times, severity, class, postmortem, findings",
  ],
  ["records/", "the whole record of each, one entry a line, to the letter; `_system` is the product's own"],
  ["approvals.ndjson", "each approval with the content hash it was bound to, by whom and on what ground"],
  ["publications.ndjson", "what became public: the words, their hash, and the approvals they went out on"],
  [
    "access.ndjson",
    "refused and revoked approvals, break-glass, command, roles, invitations, reads and exports of the record",
  ],
  ["verification-findings.ndjson", "breaks of the record that were found, and epochs that were opened after them"],
  ["verification-status.json", "the last result of each pass and each control"],
];

/** Kept apart from the evidence: which criterion a file speaks to is for an auditor to say. */
const OUR_READING: readonly [criterion: string, files: string][] = [
  ["CC6.1-6.3", "approvals.ndjson, access.ndjson"],
  ["CC7.2", "verification-status.json, verification-findings.ndjson"],
  ["CC7.3-7.5", "incidents.ndjson, records/"],
  ["CC8.1", "publications.ndjson, approvals.ndjson"],
];

const MAX_LISTED = 50;

/** For people. */
export function indexText(index: EvidenceIndex): string {
  const { period, counts, log, findings } = index;
  const listed = findings
    .slice(0, MAX_LISTED)
    .map(
      ({ incident, epoch, seq, code, layer }) =>
        `- ${incident ?? "the log"}, epoch ${epoch ?? "-"}, at ${seq ?? "?"}: ${code} (layer ${layer})`,
    );
  return [
    `# Evidence from ${period.from} to ${period.to}`,
    "",
    `Made ${index.madeAt}: ${counts.incidents} incidents, ${counts.entries} entries, ${counts.approvals} approvals, ${counts.publications} publications.`,
    log
      ? `The log of checkpoints holds up to size ${log.size}, root ${log.root}, signed ${log.checkpointAt}.`
      : "No log of checkpoints was looked at, or none holds.",
    "",
    "| file | holds |",
    "|---|---|",
    ...FILES.filter(([file]) => Object.keys(index.files).some((name) => name === file || name.startsWith(file))).map(
      ([file, what]) => `| \`${file}\` | ${what} |`,
    ),
    "",
    "`index.json` names the SHA-256 of every file.",
    "",
    `## What does not hold: ${findings.length === 0 ? "nothing was found" : findings.length}`,
    "",
    ...listed,
    ...(findings.length > MAX_LISTED ? [`- and ${findings.length - MAX_LISTED} more, in index.json`] : []),
    "",
    "## What is not known",
    "",
    ...unknownsOf(index).map((one) => `- ${one}`),
    "",
    "## SOC 2: our reading, an auditor must confirm",
    "",
    "| criterion (our reading) | evidence here |",
    "|---|---|",
    ...OUR_READING.map(([criterion, files]) => `| ${criterion} | ${files} |`),
    "",
  ].join("\n");
}
