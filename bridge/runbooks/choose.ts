import { SEVERITIES, type Severity } from "../../shared/vocabulary.ts";
import type { Library, LibraryRunbook } from "./load-runbooks.ts";
import { matches, parseMatch } from "./matchers.ts";

/** What is known of an incident when its runbook is chosen. */
export interface Situation {
  labels: Readonly<Record<string, string>>;
  /** The catalogue's name of the service. */
  service: string;
  /** What the alert's own label, or the person who declared it, says. */
  severity: Severity;
}

export interface ChosenRunbook {
  runbookId: string;
  /** What matched, as a person reads it. */
  trigger: string;
  triggerIndex: number | null;
  attach: boolean;
}

export interface Choice {
  /** Best first. Those not attached are shown as "also matches". */
  matches: ChosenRunbook[];
  /** The highest of what the alert says, what its trigger says and what the runbook begins with. */
  severity: Severity;
  /** Which runbook raised it; undefined when the alert's own severity stands. */
  raisedBy?: string;
  best: LibraryRunbook;
}

interface Candidate {
  entry: LibraryRunbook;
  trigger: string;
  triggerIndex: number | null;
  severity: Severity;
  exact: number;
  named: boolean;
}

const MAX_MATCHES = 10;
const DEFAULT = "default";

export const higher = (one: Severity, other: Severity): Severity =>
  SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other) ? one : other;

/** For an incident of which nothing is known that could match: the milestones that each has. */
export const STANDARD_ONLY: ChosenRunbook[] = [
  { runbookId: DEFAULT, trigger: "nothing else matched", triggerIndex: null, attach: true },
];

/**
 * The runbooks of a situation: the one that the label `runbook` names, then by triggers, the most specific first (number of
 * exact matchers), then the higher severity, then security, then the id. Every matching security runbook is attached beside
 * the best, and so is the default for its milestones. A draft or a named gap is never attached by itself to a SEV1: the room gets the default and a suggestion.
 * @throws never: without any match, and in a library without a default, nothing could have started
 */
export function chooseRunbooks(library: Library, situation: Situation): Choice {
  const candidates = [...library.values()].flatMap((entry) => candidateOf(entry, situation)).sort(byPrecedence);
  const severity = candidates.reduce((highest, { severity: one }) => higher(highest, one), situation.severity);
  const raising = candidates.find((one) => one.severity === severity);
  const usable = ({ entry }: Candidate) =>
    severity !== "SEV1" || (entry.runbook.status !== "draft" && entry.runbook.status !== "gap");
  const best = candidates.find(usable);
  const matched = candidates.slice(0, MAX_MATCHES - 1).map((candidate): ChosenRunbook => {
    const { entry, trigger, triggerIndex } = candidate;
    const attach = candidate === best || (entry.runbook.class === "security" && usable(candidate));
    return { runbookId: entry.runbook.id, trigger, triggerIndex, attach };
  });
  const standard = {
    runbookId: DEFAULT,
    trigger: best === undefined ? "nothing else matched" : "milestones of every incident",
    triggerIndex: null,
    attach: true,
  };
  const entry = best?.entry ?? library.get(DEFAULT);
  if (entry === undefined) throw new RangeError("a library always holds the runbook default");
  return {
    matches: [...(best === undefined ? [standard] : []), ...matched, ...(best === undefined ? [] : [standard])],
    severity,
    ...(raising && severity !== situation.severity ? { raisedBy: raising.entry.runbook.id } : {}),
    best: entry,
  };
}

function candidateOf(entry: LibraryRunbook, { labels, service }: Situation): Candidate[] {
  const { runbook } = entry;
  const { initial } = runbook.severity;
  if (Object.hasOwn(labels, "runbook") && labels.runbook === runbook.id) {
    return [
      { entry, trigger: `label runbook=${runbook.id}`, triggerIndex: null, severity: initial, exact: 0, named: true },
    ];
  }
  if (runbook.id === DEFAULT || !(runbook.applies_to.includes("*") || runbook.applies_to.includes(service))) return [];
  const hits = runbook.triggers.flatMap((trigger, triggerIndex): Candidate[] => {
    if (trigger.kind !== "alert") return [];
    const parsed = parseMatch(trigger.match);
    if (!parsed.ok || !matches(parsed.matchers, labels)) return [];
    const severity = higher(trigger.severity ?? initial, initial);
    const exact = parsed.matchers.filter((matcher) => matcher.exact).length;
    return [{ entry, trigger: trigger.match, triggerIndex, severity, exact, named: false }];
  });
  const [first] = hits.sort(byPrecedence);
  return first ? [first] : [];
}

const byPrecedence = (a: Candidate, b: Candidate): number =>
  Number(b.named) - Number(a.named) ||
  b.exact - a.exact ||
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  Number(b.entry.runbook.class === "security") - Number(a.entry.runbook.class === "security") ||
  (a.entry.runbook.id < b.entry.runbook.id ? -1 : a.entry.runbook.id > b.entry.runbook.id ? 1 : 0);
