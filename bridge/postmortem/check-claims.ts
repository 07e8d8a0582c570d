import { isTime, turns, type Word, wordsOf } from "./claim-words.ts";
import type { Sentence } from "./sentence.ts";

export interface CheckedClaims {
  /** With exactly those sources that carry them. */
  kept: Sentence[];
  dropped: { claim: Sentence; why: string }[];
}

const MAX_CLAUSES = 6;

/**
 * Keeps what somebody else (a model) wrote only where the record says it. Each clause must be a shortening of **one** statement of
 * the record whose entries it cites: the same words in the same order, from the beginning of the statement or of something
 * quoted in it, cut before a preposition or with whole phrases between commas left out. Articles, endings and the place of the
 * statement's own time are free. Nothing may be added, no word that turns, weakens or limits it may be lost, and words in
 * quotation marks are verbatim. So names cannot be swapped, numbers not moved and negations not dropped, whatever the subject;
 * a true sentence in words of its own is dropped too.
 */
export function checkClaims(claims: readonly Sentence[], record: readonly Sentence[]): CheckedClaims {
  const known = new Set(record.flatMap(({ sources }) => sources));
  const statements = record.map(statementOf);
  const checked: CheckedClaims = { kept: [], dropped: [] };
  for (const claim of claims) {
    const verdict = judge(claim, statements, known);
    if (typeof verdict === "string") checked.dropped.push({ claim, why: verdict });
    else checked.kept.push({ text: claim.text, sources: verdict });
  }
  return checked;
}

/** The sources that carry the claim, or why it does not stand. */
function judge(
  { text, sources }: Sentence,
  statements: readonly Statement[],
  known: ReadonlySet<number>,
): number[] | string {
  if (sources.length === 0) return "it cites no entry";
  const unknown = sources.find((seq) => !known.has(seq));
  if (unknown !== undefined) return `the record has no entry ${unknown}`;
  const cited = statements.filter((statement) => statement.sources.every((seq) => sources.includes(seq)));
  const verbatim = quotationsIn(text).find((words) => !cited.some((statement) => statement.plain.includes(words)));
  if (verbatim !== undefined) return "it quotes words that no cited entry holds";

  const whole = supporterOf(wordsOf(text), cited, "anywhere");
  if (whole) return sorted(whole.sources);
  const clauses = text.split(/;\s|,?\s+(?:and|but)\s+(?:then\s+)?|\.\s+(?=\p{Lu})/u);
  if (clauses.length < 2 || clauses.length > MAX_CLAUSES) return `no cited entry says “${text}” in these words`;
  const carrying = new Set<number>();
  for (const [place, clause] of clauses.entries()) {
    // A clause without a subject of its own would borrow the one before it.
    const supporter = supporterOf(wordsOf(clause), cited, place === 0 ? "anywhere" : "beginning");
    if (!supporter) return `no cited entry says “${clause.trim()}” in these words`;
    for (const seq of supporter.sources) carrying.add(seq);
  }
  return sorted(carrying);
}

const sorted = (sources: Iterable<number>) => [...new Set(sources)].sort((a, b) => a - b);

const quotationsIn = (text: string): string[] =>
  (text.match(/“[^”]+”|"[^"]+"/g) ?? []).map((quotation) => plainOf(quotation.slice(1, -1)).replace(/[.,]$/, ""));

const plainOf = (text: string) => text.toLowerCase().replace(/[“”]/g, '"').replace(/\s+/g, " ").trim();

/** Words between two marks of punctuation. */
type Chunk = readonly Word[];

interface Statement {
  sources: readonly number[];
  plain: string;
  /** When it happened, in every form in which it may be told. */
  times: ReadonlySet<string>;
  /** Up to the first colon. */
  frame: readonly Chunk[];
  /** What the frame introduces: each sentence of a quotation, each item of a list. */
  parts: readonly (readonly Chunk[])[];
}

const STAMP = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d):\d\d(?: UTC)?/g;
const LEADING_STAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC – /;

function statementOf({ text, sources }: Sentence): Statement {
  const outside = text.replace(/“[^”]*”/g, "");
  const stamps = LEADING_STAMP.test(text) ? [text.slice(0, 19)] : [...new Set(outside.match(STAMP) ?? [])];
  // Two times in one statement belong to two things: then neither may move.
  const [own] = stamps.length === 1 ? stamps : [];
  const times = new Set(own === undefined ? [] : [own.slice(0, 10), own.slice(11, 16), own.slice(11, 19)]);
  const said = own === undefined ? text : text.replace(LEADING_STAMP, "").replaceAll(own, "");
  const colon = said.search(/:\s|:$/);
  const [frame, rest] = colon === -1 ? [said, ""] : [said.slice(0, colon), said.slice(colon + 1)];
  // Whoever takes words back takes back all of them.
  const parts = (TAKEN_BACK.test(rest) ? "" : rest)
    .split(PART_END)
    // What somebody asked is not what somebody said.
    .filter((part) => !part.includes("?"))
    .map(chunksOf)
    .filter((chunks) => chunks.length > 0);
  return { sources, plain: plainOf(text), times, frame: chunksOf(frame), parts };
}

const TAKEN_BACK =
  /\b(?:mistaken?|(?:was|is|were|am) wrong|scratch that|correction|never ?mind|ignore (?:that|me)|actually|false alarm|not true|untrue|retract(?:ed)?|disregard)\b/i;
/** A sentence or an item ends here, unless the next one goes on with it: `it is full; or so we believe`. */
const PART_END =
  /(?:(?<=\?)["”]?\s*|(?:;\s|[.!…]\s+|\n))(?!(?:or|but|though|although|however|if|unless|except|not|at least|maybe|perhaps|probably|so we)\b)/i;

const chunksOf = (text: string): Chunk[] =>
  text
    .split(/,\s|:(?=\s|$)|[()“”";]|\s[–—-]\s/)
    .map(wordsOf)
    .filter((words) => words.length > 0);

/** Where a clause may begin: in what is quoted too, or only where the statement does. */
type Start = "anywhere" | "beginning";

function supporterOf(words: readonly Word[], statements: readonly Statement[], start: Start): Statement | undefined {
  return statements.find((statement) => {
    const clause = words.filter(({ stem }) => !(isTime(stem) && statement.times.has(stem)));
    return clause.length >= 2 && supports(statement, clause, start);
  });
}

function supports({ frame, parts }: Statement, clause: readonly Word[], start: Start): boolean {
  const turned = count(clause);
  const holds = (chunks: readonly Chunk[], cuttable: number, required: readonly Chunk[]) =>
    matches(clause, chunks, cuttable) && sameTurns(turned, count(required.flat()));
  const everything = [...frame, ...parts.flat()].flat();
  if (clause.length === everything.length && clause.every(({ stem }, at) => stem === everything[at]?.stem)) return true;
  if (holds(frame, frame.length, frame)) return true;
  return parts.some(
    (part) =>
      holds([...frame, ...part], frame.length, [...frame, ...part]) ||
      (start === "anywhere" && holds(part, 0, [...frame, ...part])),
  );
}

/**
 * Whether `clause` is made of these chunks in this order, the first one among them. The first `cuttable` chunks are ours and may
 * end before a preposition; words of people are taken up to a comma or not at all.
 */
function matches(clause: readonly Word[], chunks: readonly Chunk[], cuttable: number): boolean {
  const from = (at: number, chunk: number, mustUse: boolean): boolean => {
    if (at === clause.length) return true;
    const words = chunks[chunk];
    if (!words) return false;
    let same = 0;
    while (same < words.length && at + same < clause.length && words[same]?.stem === clause[at + same]?.stem) same += 1;
    for (let used = same; used > 0; used -= 1) {
      const complete = used === words.length || (chunk < cuttable && words[used]?.cutBefore === true);
      if (complete && from(at + used, chunk + 1, false)) return true;
    }
    return !mustUse && from(at, chunk + 1, false);
  };
  return from(0, 0, true);
}

function count(words: readonly Word[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { stem } of words) if (turns(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
}

const sameTurns = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) =>
  a.size === b.size && [...a].every(([stem, times]) => b.get(stem) === times);
