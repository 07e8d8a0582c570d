import { fold, foldedView } from "./fold.ts";
import { isOrdinaryNamePart, isParticle } from "./ordinary-words.ts";
import { originalRange, shadowOf } from "./shadow.ts";
import type { KnownName } from "./types.ts";

/** A known person or term. `id` is the same for every form; `shown` is what a responder reads in its place. */
export interface KnownIdentity {
  type: "PERSON" | "TERM";
  id: string;
  shown: string;
}

export interface RosterMatch {
  identity: KnownIdentity;
  start: number;
  end: number;
}

export interface Roster {
  find(text: string): RosterMatch[];
  bySlackId(id: string): KnownIdentity | undefined;
  byEmail(address: string): KnownIdentity | undefined;
}

interface Form {
  identity: KnownIdentity;
  tokens: readonly string[];
  /** Every word must begin with a capital. */
  capitals: boolean;
  /** Must stand as a word of its own, not as part of `ian-service` or `api.ian.example`. */
  alone: boolean;
  /** May come with a case ending (Cyrillic). */
  endings: boolean;
  /** What may stand between two words; default `GAP`. */
  gap?: RegExp;
}

const MAX_NAMES = 2_000;
const MAX_PARTS = 8;
/** Blank, handle or markup between the parts of one name. */
const GAP = /^(?:[ \t+._'*~`|-]|%20){1,4}$/;
const REVERSED_GAP = /^[*_~`]{0,2},[ \t]{0,2}[*_~`]{0,2}$|^[ \t]{1,2}$/;
const INITIAL_GAP = /^(?:\.[ \t]?|[ \t._-])$/;
const WORD = /\p{L}+/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;
const MAX_ENDING = 3;

const CACHE_SIZE = 8;
const cache = new Map<string, Roster>();

/** The matcher for a set of names and terms. The same set is compiled once; a few sets are kept. */
export function rosterFor(names: readonly KnownName[], terms: readonly string[]): Roster {
  const key = JSON.stringify([names, terms]);
  const known = cache.get(key);
  cache.delete(key);
  const roster = known ?? compile(names.slice(0, MAX_NAMES), terms.slice(0, MAX_NAMES));
  cache.set(key, roster);
  const oldest = cache.keys().next().value;
  if (cache.size > CACHE_SIZE && oldest !== undefined) cache.delete(oldest);
  return roster;
}

function compile(names: readonly KnownName[], terms: readonly string[]): Roster {
  const byFirst = new Map<string, Form[]>();
  const byStem = new Map<string, Form[]>();
  const unspaced: { identity: KnownIdentity; text: string }[] = [];
  const slackIds = new Map<string, KnownIdentity>();
  const emails = new Map<string, KnownIdentity>();
  const handles = new Map<string, KnownIdentity>();

  const add = (form: Form) => {
    const first = form.tokens[0];
    if (first === undefined) return;
    push(byFirst, first, form);
    if (form.endings) push(byStem, first, form);
  };

  for (const entry of names) {
    const person = typeof entry === "string" ? { name: entry } : entry;
    const name = shadowOf(person.name).text.trim().replace(/\s+/g, " ");
    if (name === "") continue;
    const identity: KnownIdentity = { type: "PERSON", id: fold(name), shown: person.name };
    if (UNSPACED.test(name)) unspaced.push({ identity, text: fold(name).replaceAll(" ", "") });
    for (const form of formsOf(identity, name)) add(form);
    if (person.slackId !== undefined) slackIds.set(person.slackId, identity);
    if (person.email !== undefined) emails.set(fold(person.email), identity);
    for (const handle of person.handles ?? []) {
      const bare = fold(handle).replace(/^@/, "");
      if (!isOrdinaryNamePart(bare)) handles.set(bare, identity);
    }
  }
  for (const term of terms) {
    const text = fold(shadowOf(term).text);
    const identity: KnownIdentity = { type: "TERM", id: text.trim(), shown: term };
    if (UNSPACED.test(text)) unspaced.push({ identity, text: text.trim() });
    add({ identity, tokens: wordsOf(text), capitals: false, alone: false, endings: false });
  }

  return {
    bySlackId: (id) => slackIds.get(id),
    byEmail: (address) => emails.get(fold(address)),
    find: (text) =>
      byFirst.size + unspaced.length + handles.size === 0 ? [] : findAll(text, { byFirst, byStem, unspaced, handles }),
  };
}

const wordsOf = (folded: string): string[] => (folded.match(WORD) ?? []).slice(0, MAX_PARTS);

function push(map: Map<string, Form[]>, key: string, form: Form): void {
  const forms = map.get(key);
  if (forms) forms.push(form);
  else map.set(key, [form]);
}

/** All ways in which people write one name. */
function formsOf(identity: KnownIdentity, name: string): Form[] {
  const parts = name.split(" ").slice(0, MAX_PARTS);
  const endings = CYRILLIC.test(name) || CYRILLIC.test(identity.shown);
  const words = parts.map((part) => wordsOf(fold(part)).map((word) => (endings ? stemOf(word) : word)));
  const all = words.flat();
  const first = words[0] ?? [];
  const last = words.at(-1) ?? [];
  // With an ordinary word in each part only capitals tell "Will Park" from "we will park".
  const capitals = all.every((word) => isOrdinaryNamePart(word));
  const base = { identity, capitals, alone: false, endings };
  const forms: Form[] = [{ ...base, tokens: all }];

  for (const [index, part] of words.entries()) {
    const edge = index === 0 || index === words.length - 1;
    const rare = part.some((word) => !isOrdinaryNamePart(word));
    if (edge && rare && part.join("").length >= 3) forms.push({ ...base, tokens: part, capitals: false, alone: true });
  }
  if (parts.length < 2) return forms;

  const lastIsRare = last.some((word) => !isOrdinaryNamePart(word));
  const family = words.slice(familyStart(words)).flat();
  forms.push(
    { ...base, tokens: [...first, ...last] },
    { ...base, tokens: [...family, ...first], gap: REVERSED_GAP },
    { ...base, tokens: [first[0]?.charAt(0) ?? "", ...family], capitals: !lastIsRare, alone: true, gap: INITIAL_GAP },
    // One initial behind: `First L.`
    { ...base, tokens: [...first, last[0]?.charAt(0) ?? ""], capitals: true, alone: true, gap: INITIAL_GAP },
  );
  const joined = [all.join(""), `${first.join("")}${last.join("")}`, `${first[0]?.charAt(0) ?? ""}${last.join("")}`];
  for (const handle of joined) {
    if (handle.length >= 4 && !isOrdinaryNamePart(handle)) {
      forms.push({ ...base, tokens: [handle], capitals: false, alone: true });
    }
  }
  return forms;
}

/** A Cyrillic name without the vowel that its cases replace; the vowel may have been read as its Latin look-alike. */
const stemOf = (word: string) => (word.length > 3 ? word.replace(/[аaяеeоoйьиіiуyы]$/u, "") : word);

/** Where the family name begins: particles belong to it. */
function familyStart(words: readonly string[][]): number {
  let start = words.length - 1;
  while (start > 1 && isParticle(words[start - 1]?.join("") ?? "")) start -= 1;
  return start;
}

interface Compiled {
  byFirst: ReadonlyMap<string, Form[]>;
  byStem: ReadonlyMap<string, Form[]>;
  unspaced: readonly { identity: KnownIdentity; text: string }[];
  handles: ReadonlyMap<string, KnownIdentity>;
}

const HANDLE = /[\p{L}\p{N}](?:[\p{L}\p{N}_.-]{0,60}[\p{L}\p{N}_])?/gu;

function findAll(text: string, { byFirst, byStem, unspaced, handles }: Compiled): RosterMatch[] {
  const folded = foldedView(text);
  const matches: RosterMatch[] = [];
  const report = (identity: KnownIdentity, from: number, to: number) => {
    const [start, end] = originalRange(folded, from, to);
    matches.push({ identity, start, end });
  };
  const words = [...folded.text.matchAll(WORD)].map((word) => ({ text: word[0], at: word.index }));

  for (const [index, word] of words.entries()) {
    for (const form of candidates(word.text, byFirst, byStem)) {
      const end = endOfForm(form, words, index, folded.text);
      if (end === undefined) continue;
      const [start, stop] = originalRange(folded, word.at, end);
      if (form.capitals && !isCapitalised(text.slice(start, stop))) continue;
      if (form.alone && !standsAlone(text, start, stop)) continue;
      report(form.identity, word.at, end);
    }
  }
  for (const { identity, text: name } of unspaced) {
    for (let at = folded.text.indexOf(name); at !== -1; at = folded.text.indexOf(name, at + name.length)) {
      report(identity, at, at + name.length);
    }
  }
  if (handles.size > 0) {
    for (const { 0: word, index } of folded.text.matchAll(HANDLE)) {
      const identity = handles.get(word);
      if (identity) report(identity, index, index + word.length);
    }
  }
  return matches;
}

function candidates(
  word: string,
  byFirst: ReadonlyMap<string, Form[]>,
  byStem: ReadonlyMap<string, Form[]>,
): readonly Form[] {
  const exact = byFirst.get(word) ?? [];
  if (byStem.size === 0) return exact;
  const stems: Form[] = [];
  for (let cut = 1; cut <= MAX_ENDING && word.length - cut >= 3; cut += 1) {
    stems.push(...(byStem.get(word.slice(0, word.length - cut)) ?? []));
  }
  return stems.length === 0 ? exact : [...exact, ...stems];
}

interface Word {
  text: string;
  at: number;
}

/** End of the form in the folded text when it begins at word `index`, else undefined. */
function endOfForm(form: Form, words: readonly Word[], index: number, folded: string): number | undefined {
  let end = 0;
  for (const [offset, token] of form.tokens.entries()) {
    const word = words[index + offset];
    if (!word || !(word.text === token || (form.endings && hasEnding(word.text, token)))) return undefined;
    if (offset > 0 && !(form.gap ?? GAP).test(folded.slice(end, Math.min(word.at, end + 8)))) {
      // Inside one part (`Anne-Marie`) the usual gaps hold whatever stands between the parts.
      if (!form.gap || !GAP.test(folded.slice(end, Math.min(word.at, end + 8)))) return undefined;
    }
    end = word.at + word.text.length;
  }
  return end;
}

const hasEnding = (word: string, stem: string) =>
  stem.length >= 3 && word.startsWith(stem) && word.length - stem.length <= MAX_ENDING;

const isCapitalised = (text: string) => (text.match(WORD) ?? []).every((word) => /^\p{Lu}/u.test(word));

/** `ian-service`, `ian_jobs`, `x.ian.example` are names of things. A handle, a path and a possessive are the person. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  if (/[\p{L}\p{N}]$/u.test(before) && !/\\[nrt]$/.test(before)) return false;
  if (/[\p{L}\p{N}][._-]$/u.test(before) || /(?:^|[^*~_\s])_$/.test(before)) return false;
  return !/^\p{N}{2}|^-[\p{L}\p{N}]|^_[\p{L}\p{N}]|^\.[\p{L}\p{N}]/u.test(after);
}
