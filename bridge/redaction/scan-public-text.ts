import { eachMatch } from "./detector.ts";
import { GONE, isRedactionType, LITERAL, POLICIES } from "./policy.ts";
import { redact } from "./redact.ts";
import type { Finding, KnownName } from "./types.ts";

export interface ScanOptions {
  /** Own domains, support addresses, product names: no finding in public text. */
  publicTerms: readonly string[];
  knownNames?: readonly KnownName[] | undefined;
  knownTerms?: readonly string[] | undefined;
}

/** `[describe impact]`, `{{time}}`, `<region>`: words that somebody meant to replace. */
const UNFILLED =
  /\[[^\]\n]{1,80}\](?!\()|\{\{[^}\n]{1,80}\}\}|<[A-Za-z][^<>\n]{0,60}>|(?<![\p{L}\p{N}])(?:TODO|TBD|FIXME|XXX|lorem ipsum)(?![\p{L}\p{N}])/gu;
/** Marks that people put in front of updates, and footnotes. */
const NO_PLACEHOLDER = /^\[(?:update|resolved|investigating|identified|monitoring|scheduled|completed|\W*\d*\W*)\]$/i;

/**
 * What an approver must know about text that customers will read. `blockers` must be edited out: secrets and other one-way
 * values, and placeholders that were never filled. `findings` each need a person's tick. Both are sorted by start.
 */
export function scanPublicText(text: string, options: ScanOptions): { blockers: Finding[]; findings: Finding[] } {
  const found = redact(text, { knownNames: options.knownNames, knownTerms: options.knownTerms }).findings;
  const blockers: Finding[] = found.filter(({ type }) => type === LITERAL || isOneWay(type));
  const isPublic = publicTest(text, options.publicTerms);
  const findings = found.filter((finding) => !blockers.includes(finding) && !isPublic(finding));

  const add = (start: number, end: number) => {
    const covered = blockers.some((other) => other.start <= start && other.end >= end);
    if (!covered) blockers.push({ type: "PLACEHOLDER", start, end, placeholder: "(fill in)" });
  };
  eachMatch(UNFILLED, text, (match) => {
    if (!NO_PLACEHOLDER.test(match[0])) add(match.index, match.index + match[0].length);
  });
  eachMatch(new RegExp(GONE, "gi"), text, (match) => add(match.index, match.index + match[0].length));
  return { blockers: blockers.sort((a, b) => a.start - b.start), findings };
}

const isOneWay = (type: string) => isRedactionType(type) && POLICIES[type].oneWay;

/** Whether a finding lies within an occurrence of a public term that is not part of a longer word or host. */
function publicTest(text: string, terms: readonly string[]): (finding: Finding) => boolean {
  const ranges: [start: number, end: number][] = [];
  const lower = text.toLowerCase();
  for (const term of terms.map((written) => written.trim().toLowerCase()).filter((written) => written !== "")) {
    for (let at = lower.indexOf(term); at !== -1; at = lower.indexOf(term, at + term.length)) {
      const end = at + term.length;
      const grows =
        /[\p{L}\p{N}.@_-]$/u.test(lower.slice(0, at).slice(-1)) ||
        /^(?:[\p{L}\p{N}@_-]|\.[\p{L}\p{N}])/u.test(lower.slice(end, end + 2));
      if (!grows) ranges.push([at, end]);
    }
  }
  return ({ start, end }) => ranges.some(([from, to]) => start >= from && end <= to);
}
