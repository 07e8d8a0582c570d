import { fold } from "./fold.ts";
import * as data from "./gazetteer-data.ts";
import { unpackWords } from "./packed-words.ts";

/**
 * What a word may be in a person's name. `first` and `last` are used for nothing else; `word-first`, `word-last` and `word-name`
 * are names that are also words, places or products; `word` is no name; `compound` is made of words, as some family names are
 * (`Failover`, `Underhill`); `unknown` stands in no list.
 */
export type NameKind =
  | "first"
  | "last"
  | "word-first"
  | "word-last"
  | "word-both"
  | "word-name"
  | "word"
  | "compound"
  | "unknown";

let kinds: Map<string, NameKind> | undefined;

/** Lists that come later win. Built at the first question: a process that redacts nothing pays nothing. */
function load(): Map<string, NameKind> {
  const built = new Map<string, NameKind>();
  const put = (packed: string, kind: NameKind) => {
    for (const word of unpackWords(packed)) built.set(word, kind);
  };
  put(data.WORDS, "word");
  put(data.LAST_NAMES, "last");
  put(data.FIRST_NAMES, "first");
  put(data.FIRST_AND_LAST_NAMES, "first");
  put(data.NAMES_THAT_ARE_WORDS, "word-name");
  put(data.LAST_NAMES_THAT_ARE_WORDS, "word-last");
  for (const word of unpackWords(data.FIRST_NAMES_THAT_ARE_WORDS)) {
    built.set(word, built.get(word) === "word-last" ? "word-both" : "word-first");
  }
  return built;
}

/** Endings of English words that a list of stems does not hold, and what the stem may end in without them. */
const ENDINGS =
  "s es ed d ing ings er ers or ors ly ment ments ion ions ation ations ness able ible al ally ive ity".split(" ");
const STEM_ENDINGS = ["", "e", "y"];
const PREFIX =
  /^(?:re|de|un|in|dis|pre|non|mis|over|under|sub|auto|multi|micro|inter|co|en|up|out|super|meta|anti|trans)(?=[a-z]{4})/;
/** Shorter parts make words of nearly everything. */
const MIN_COMPOUND_PART = 3;

/** Texts of one incident repeat their words; taking a word apart costs more than all else here. */
const answers = new Map<string, NameKind>();
const MAX_ANSWERS = 10_000;
const MAX_REMEMBERED = 40;

/** `word` as written, in any case and with marks. */
export function nameKindOf(word: string): NameKind {
  const known = answers.get(word);
  if (known !== undefined) return known;
  const kind = lookUp(word);
  if (answers.size >= MAX_ANSWERS) answers.clear();
  if (word.length <= MAX_REMEMBERED) answers.set(word, kind);
  return kind;
}

function lookUp(word: string): NameKind {
  kinds ??= load();
  const folded = fold(word);
  const kind = kinds.get(folded);
  if (kind !== undefined) return /[^\p{ASCII}]/u.test(word) ? markedKind(kind) : kind;
  if (isInflected(folded, kinds)) return "word";
  return isCompound(folded, kinds) ? "compound" : "unknown";
}

/** No word of English has marks: `Côté` is not the cote that it folds to, nor `María` the database. */
function markedKind(kind: NameKind): NameKind {
  if (kind === "word-first" || kind === "word-both") return "first";
  return kind === "word" || kind === "word-name" ? "unknown" : kind;
}

function isInflected(word: string, known: ReadonlyMap<string, NameKind>): boolean {
  for (const ending of ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const cut = word.slice(0, -ending.length);
    if (cut.length < 3) continue;
    // `policies`, `retried`; `dropped`, `running`.
    const stem = cut.endsWith("i") ? `${cut.slice(0, -1)}y` : cut.replace(/([bdgklmnprt])\1$/, "$1");
    if (known.get(stem) === "word" || STEM_ENDINGS.some((more) => known.get(`${cut}${more}`) === "word")) return true;
  }
  return false;
}

/** `re|source`, `name|space`: words joined, which no list holds all of. */
function isCompound(word: string, known: ReadonlyMap<string, NameKind>): boolean {
  if (word.length > MAX_COMPOUND) return false;
  const isWord = (part: string) => known.get(part) === "word" || isInflected(part, known);
  const prefix = PREFIX.exec(word)?.[0];
  if (prefix !== undefined && isWord(word.slice(prefix.length))) return true;
  for (let at = MIN_COMPOUND_PART; at <= word.length - MIN_COMPOUND_PART; at += 1) {
    if (known.get(word.slice(0, at)) === "word" && isWord(word.slice(at))) return true;
  }
  return false;
}

const MAX_COMPOUND = 20;
