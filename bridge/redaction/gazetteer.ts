import { fold } from "./fold.ts";
import * as data from "./gazetteer-data.ts";
import { unpackWords } from "./packed-words.ts";

/**
 * What a word may be in a person's name. `first` and `last` are used for nothing else; `word-first`, `word-last` and `word-name`
 * are names that are also words, places or products; `word` is no name; `unknown` stands in no list.
 */
export type NameKind = "first" | "last" | "word-first" | "word-last" | "word-both" | "word-name" | "word" | "unknown";

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

/** Endings of English words that a list of stems does not hold. */
const INFLECTED = /(?:s|es|ed|d|ing|er|ers|ly|ment|ments|tion|tions|ness|able)$/;

/** `word` as written, in any case and with marks. */
export function nameKindOf(word: string): NameKind {
  kinds ??= load();
  const folded = fold(word);
  const kind = kinds.get(folded);
  if (kind !== undefined) return kind;
  const stem = folded.replace(INFLECTED, "");
  if (stem !== folded && (kinds.get(stem) === "word" || kinds.get(`${stem}e`) === "word")) return "word";
  return "unknown";
}
