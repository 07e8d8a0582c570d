import type { Entry } from "../ledger/entry-types.ts";
import { type People, peopleIn } from "./people.ts";
import { publishable, REMOVED } from "./quoted-text.ts";
import type { Sentence } from "./sentence.ts";
import { duration } from "./time-words.ts";

export interface CheckedSentences {
  kept: Sentence[];
  dropped: { sentence: Sentence; why: string }[];
}

/** More instants than this in the cited entries give no durations: the pairs would be too many to mean anything. */
const MAX_INSTANTS = 60;

/**
 * Keeps the sentences whose every number, time, name and quotation stands in an entry they cite. Durations between two cited
 * times and counts of cited things count as standing there. Judges facts, not wording: a true fact badly told passes.
 */
export function checkSentences(
  sentences: readonly Sentence[],
  entries: readonly Entry[],
  people: People = peopleIn(entries),
): CheckedSentences {
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  const checked: CheckedSentences = { kept: [], dropped: [] };
  for (const sentence of sentences) {
    const why = problemOf(sentence, bySeq, people);
    if (why === undefined) checked.kept.push(sentence);
    else checked.dropped.push({ sentence, why });
  }
  return checked;
}

function problemOf({ text, sources }: Sentence, bySeq: ReadonlyMap<number, Entry>, people: People): string | undefined {
  if (sources.length === 0) return "it cites no entry";
  const cited: Entry[] = [];
  for (const seq of sources) {
    const entry = bySeq.get(seq);
    if (!entry) return `there is no entry ${seq}`;
    cited.push(entry);
  }
  const evidence = evidenceOf(cited, people);
  for (const quotation of text.match(/“[^”]*”/g) ?? []) {
    const missing = piecesOf(quotation.slice(1, -1)).find((piece) => !evidence.text.includes(piece));
    if (missing !== undefined) return "it quotes words that no cited entry holds";
  }
  const own = text.replace(/“[^”]*”/g, "“”").replace(DURATION, (words) => (evidence.durations.has(words) ? "" : words));
  const number = (own.match(NUMBER) ?? []).find((one) => !evidence.numbers.has(one));
  if (number !== undefined) return `no cited entry holds ${number}`;
  const name = namesIn(own).find((one) => !evidence.text.includes(one.toLowerCase()));
  return name === undefined ? undefined : `no cited entry names ${name}`;
}

const NUMBER = /\d+(?:[-:.,]\d+)*/g;
const DURATION = /(?:\d+ d )?(?:\d+ h )?\d+ (?:min|s)(?![\p{L}])/gu;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Words with a capital that begin no sentence. */
const namesIn = (text: string): string[] =>
  (text.match(/(?<=[\p{L}\p{N},;)] )\p{Lu}[\p{L}\p{N}'-]*/gu) ?? []).filter((word) => !COMMON.has(word));

/** Names of this trade that prove nothing. */
const COMMON = new Set(
  "UTC SEV1 SEV2 SEV3 SEV4 Slack Linear Statuspage Grafana OnCall Alerting Bedrock GitHub I".split(" "),
);

interface Evidence {
  /** Lower case, as it may be quoted. */
  text: string;
  numbers: ReadonlySet<string>;
  durations: ReadonlySet<string>;
}

function evidenceOf(cited: readonly Entry[], people: People): Evidence {
  const strings: string[] = [];
  const numbers = new Set<string>([String(cited.length)]);
  const counts = new Map<string, number>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") strings.push(value);
    else if (typeof value === "number") strings.push(String(value));
    else if (Array.isArray(value)) {
      numbers.add(String(value.length));
      value.forEach(visit);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  for (const entry of cited) {
    strings.push(entry.at, entry.actor.id);
    for (const event of entry.events) {
      counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
      visit(event);
    }
  }
  for (const count of counts.values()) numbers.add(String(count));
  for (const [userId, name] of people) if (strings.includes(userId)) strings.push(name);

  const raw = strings.join("\n");
  const instants = [...new Set(raw.match(INSTANT) ?? [])];
  for (const at of instants)
    for (const form of [at.slice(0, 10), at.slice(11, 19), at.slice(11, 16)]) numbers.add(form);
  const shown = `${raw}\n${strings.map((text) => publishable(text, people)).join("\n")}`;
  for (const number of shown.match(NUMBER) ?? []) numbers.add(number);
  return { text: normal(shown), numbers, durations: durationsBetween(instants) };
}

function durationsBetween(instants: readonly string[]): Set<string> {
  const times = instants.slice(0, MAX_INSTANTS).map((at) => Date.parse(at));
  return new Set(times.flatMap((from) => times.filter((to) => to >= from).map((to) => duration(from, to))));
}

/** The quoted words between what was cut or removed. */
const piecesOf = (quotation: string): string[] =>
  quotation
    .split(new RegExp(REMOVED.source, "gi"))
    .map((piece) => normal(piece).trim())
    .filter((piece) => piece !== "");

const normal = (text: string) =>
  text
    .toLowerCase()
    .replace(/[“”]/g, '"')
    .replace(/[^\S\n]+/g, " ");
