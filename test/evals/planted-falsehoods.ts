import type { Entry } from "../../bridge/ledger/entry-types.ts";
import { recordSections } from "../../bridge/postmortem/record-sections.ts";
import { rolesIn } from "../../bridge/postmortem/roles.ts";
import type { Sentence } from "../../bridge/postmortem/sentence.ts";
import { at, oneOfEach, story } from "../bridge/postmortem/story.ts";

export interface Planted {
  /** How it was made false. */
  kind: string;
  claim: Sentence;
}

/** The story, and after it one entry for each other kind of event, a minute apart. */
export const wideStory: Entry[] = [
  ...story,
  ...oneOfEach.slice(new Set(story.flatMap(({ events }) => events.map(({ type }) => type))).size).map(
    (event, place): Entry => ({
      v: 1,
      incident: story[0]?.incident ?? "",
      epoch: 1,
      seq: story.length + 1 + place,
      prev: "a".repeat(64),
      commandId: `wide-${place}`,
      actor: { kind: "human", id: place % 2 === 0 ? "U07SAMWIER2" : "U07ALEXLIN1", basis: "member" },
      at: at(80 + place),
      events: [event],
    }),
  ),
];

/** What the record of these entries says, as a model would be shown it. */
export const recordOf = (entries: readonly Entry[]): Sentence[] =>
  recordSections(entries, rolesIn(entries)).flatMap(({ sentences }) => sentences);

const STAMP = /^\d{4}-\d\d-\d\d (\d\d:\d\d):\d\d UTC – /;

/** True sentences in the record's words: whole, with the time put elsewhere, cut before a preposition, two joined. */
export function trueClaims(record: readonly Sentence[]): Planted[] {
  const claims: Planted[] = [];
  const add = (kind: string, text: string, sources: number[]) => claims.push({ kind, claim: { text, sources } });
  for (const [place, { text, sources }] of record.entries()) {
    const time = STAMP.exec(text)?.[1];
    const bare = text.replace(STAMP, "");
    add("as it stands", bare, sources);
    if (time !== undefined)
      add("with its time", `At ${time} UTC ${bare.charAt(0).toLowerCase()}${bare.slice(1)}`, sources);
    const cut = /^([^:“]{12,}?) (?:from|to|as|by|with|at) /.exec(bare)?.[1];
    if (cut !== undefined && !/ (?:was|were|had|been)$/.test(cut)) add("cut before a preposition", `${cut}.`, sources);
    const next = record[place + 1];
    if (next && !text.includes(":") && !next.text.includes(":") && STAMP.test(text) && STAMP.test(next.text)) {
      const joined = `${bare.replace(/\.$/, "")}; ${next.text.replace(STAMP, "")}`;
      add("two joined", joined, [...new Set([...sources, ...next.sources])]);
    }
  }
  return claims;
}

const CAUSES = [
  "because of a memory leak",
  "due to human error",
  "after a config change by the vendor",
  "which took 47 minutes",
];
const OPPOSITES: readonly [string, string][] = [
  ["took", "lost"],
  ["approved", "rejected"],
  ["rejected", "approved"],
  ["resolved", "ignored"],
  ["published", "withdrawn"],
  ["opened", "closed"],
  ["created", "archived"],
  ["failed", "succeeded"],
  ["firing", "resolved"],
  ["SEV1", "SEV3"],
  ["investigating", "identified"],
  ["fail", "work"],
  ["asked", "refused"],
  ["model", "template"],
];
const PEOPLE = ["commander-1", "commander-2", "approver-1", "Riley Quinn", "Maria Gonzalez"];

/** Every true sentence made false in every way that fits it. The same entries give the same falsehoods. */
export function plantedFalsehoods(record: readonly Sentence[]): Planted[] {
  const truths = new Set(record.map(({ text, sources }) => `${sources.join()}|${text.replace(STAMP, "")}`));
  const seqs = [...new Set(record.flatMap(({ sources }) => sources))];
  const planted: Planted[] = [];
  for (const [place, { claim }] of trueClaims(record).entries()) {
    const { text, sources } = claim;
    const add = (kind: string, changed: string, cited = sources) => {
      const known = truths.has(`${cited.join()}|${changed}`) || (changed === text && cited === sources);
      if (!known) planted.push({ kind, claim: { text: changed, sources: cited } });
    };
    const digits = [...text.matchAll(/\d+/g)];
    const digit = digits[place % Math.max(1, digits.length)];
    if (digit) add("another number", replaceAt(text, digit.index, digit[0], String(Number(digit[0]) + 7)));
    const time = /\d\d:\d\d/.exec(text);
    if (time) add("another time", replaceAt(text, time.index, time[0], time[0] === "08:08" ? "08:09" : "08:08"));
    else add("a time of its own", text.replace(/\.$/, " at 08:08 UTC."));
    const people = [...text.matchAll(/(?:commander|approver|responder)-\d/g)];
    const [first, second] = people;
    if (first && second && first[0] !== second[0]) {
      add("names swapped", text.replace(first[0], "@").replace(second[0], first[0]).replace("@", second[0]));
    }
    if (first) {
      for (const other of PEOPLE.filter((name) => name !== first[0])) {
        add("another name", replaceAt(text, first.index, first[0], other));
      }
    }
    add("an entry that does not exist", text, [9_000 + place]);
    add("one true and one unknown entry", text, [...sources, 9_000 + place]);
    add("no entry", text, []);
    const wrong = seqs[(seqs.indexOf(sources[0] ?? 0) + 5) % seqs.length];
    if (wrong !== undefined && !sources.includes(wrong) && !saidBy(record, wrong, text)) {
      add("an entry that says something else", text, [wrong]);
    }
    if (/\b(?:was|were|had)\b/.test(text)) add("a negation", text.replace(/\b(was|were|had)\b/, "$1 not"));
    else add("a negation", text.replace(/\.$/, " never.").replace(/^(\S+) /, "$1 never "));
    if (/\bno\b|\bnot\b/i.test(text)) add("a negation taken out", text.replace(/\b(?:no|not) /i, ""));
    if (/\b[Ss]ome\b/.test(text)) add("a limit taken out", text.replace(/\b[Ss]ome\b/, "All"));
    add("everybody", `All customers were affected when ${text.charAt(0).toLowerCase()}${text.slice(1)}`);
    add("a cause", text.replace(/\.?$/, ` ${CAUSES[place % CAUSES.length]}.`));
    for (const [word, opposite] of OPPOSITES) {
      if (new RegExp(`\\b${word}\\b`).test(text))
        add("the opposite", text.replace(new RegExp(`\\b${word}\\b`), opposite));
    }
    const quoted = /“([^”]{6,})”/.exec(text);
    if (quoted) add("words that nobody wrote", text.replace(quoted[0], "“all cards were stolen overnight”"));
    add("a second clause that nobody recorded", text.replace(/\.?$/, " and told the press."));
    const other = record[(place * 7 + 3) % record.length];
    const theirs = other && STAMP.exec(other.text)?.[1];
    if (
      theirs &&
      !timesOf(record, sources).has(theirs) &&
      other.sources[0] !== sources[0] &&
      !saidAt(record, [...sources, ...other.sources], text, theirs)
    ) {
      add(
        "the time of another cited entry",
        `${text.replace(/^At \d\d:\d\d UTC /, "").replace(/\.$/, "")} at ${theirs} UTC.`,
        [...sources, ...other.sources],
      );
    }
  }
  return planted;
}

const replaceAt = (text: string, at: number, from: string, to: string) =>
  `${text.slice(0, at)}${to}${text.slice(at + from.length)}`;

const core = (text: string) =>
  text
    .replace(STAMP, "")
    .replace(/^At \d\d:\d\d UTC /, "")
    .replace(/\.$/, "")
    .toLowerCase();

const timesOf = (record: readonly Sentence[], sources: readonly number[]) =>
  new Set(
    record
      .filter((one) => one.sources.every((seq) => sources.includes(seq)))
      .flatMap(({ text }) => text.match(/\d\d:\d\d(?=:\d\d)/g) ?? []),
  );

/** Another entry may say the same: then citing it is no falsehood. */
const saidBy = (record: readonly Sentence[], seq: number, text: string) =>
  record.some((one) => one.sources.every((source) => source === seq) && core(one.text).startsWith(core(text)));

const saidAt = (record: readonly Sentence[], sources: readonly number[], text: string, time: string) =>
  record.some(
    (one) =>
      one.sources.every((seq) => sources.includes(seq)) &&
      one.text.includes(time) &&
      core(one.text).startsWith(core(text)),
  );
