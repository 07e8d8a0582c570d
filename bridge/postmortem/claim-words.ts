/** A word as claims and records are compared: articles and endings are gone, numbers and identifiers are as they were. */
export interface Word {
  /** What is compared. */
  stem: string;
  /** A statement may end before this word: a preposition, or a word that follows one. */
  cutBefore: boolean;
}

/** Words that carry no claim of their own. */
const FREE = new Set(
  "a an the of in on at for with as and that this these those it its there which who utc".split(" "),
);
const PREPOSITIONS = new Set("from to as by with in on at for after before until since because so".split(" "));
const BE = new Set("is are was were be been being".split(" "));

/** Words that turn, weaken or limit a statement. Where a record has one, a shortening of it has it too. */
const TURNING =
  "no not never none nobody nothing nor neither without cannot unknown whether unless if could would should might may must can " +
  "asked offered failed rejected dropped drafted unavailable yet almost nearly about partly partial some few many most several " +
  "only again tried stopped ended withdrawn voided expired ran lapse denied waived skipped overridden lost missing back off up " +
  "except instead doubt maybe perhaps suspected wrong wrongly test false stated be " +
  // What people say of how sure they are, of when and of whom it holds.
  "probably probable possibly possible likely unlikely apparently allegedly supposedly presumably reportedly seemingly seem appear " +
  "think thought believe guess assume expect hope wish claim theory rumour rumor hearsay joke joked kidding according hardly barely " +
  "rarely seldom sometimes occasionally temporarily formerly previously soon tomorrow yesterday planned plan when while once twice " +
  "provided assuming otherwise either or apart besides excluding excluded alone just merely drill staging rehearsal exercise " +
  "hypothetically question doubtful mistake mistaken wrong";

/** Irregular forms of this trade, by the form that stands for them. */
const IRREGULAR: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "take took taken",
    "give gave given",
    "tell told",
    "begin began begun",
    "rise rose risen",
    "go went gone goes",
    "find found",
    "send sent",
    "write wrote written",
    "say said",
    "lose lost",
    "hold held",
    "run ran",
    "make made",
    "have had has",
    "do did done does",
    "withdraw withdrew withdrawn",
    "note noted notes noting",
    "think thought",
  ].flatMap((forms) => {
    const [base = "", ...others] = forms.split(" ");
    return others.map((form) => [form, base]);
  }),
);

/** The common form of a word: `published`, `publishing` and `publishes` are one. */
export function stemOf(word: string): string {
  if (BE.has(word)) return "be";
  const base = IRREGULAR[word];
  if (base !== undefined) return base;
  if (!/^\p{L}+$/u.test(word) || word.length < 4) return word;
  const cut = word
    .replace(/ies$|ied$/, "y")
    .replace(/(?:sses)$/, "ss")
    .replace(/(?<=[\p{L}]{3})(?:ing|ed|es|s)$/u, (ending, at: number) =>
      ending === "s" && word[at - 1] === "s" ? "s" : "",
    );
  return cut.replace(/(?<=\p{L}{2})([bdgmnprt])\1$/u, "$1").replace(/(?<=\p{L}{3})e$/u, "");
}

const TURNS = new Set(TURNING.split(" ").map(stemOf));
export const turns = (stem: string): boolean => TURNS.has(stem);

const WORD = /[-+<>≤≥~]?\d[\p{L}\p{N}.,:/%_+#-]*|[\p{L}_][\p{L}\p{N}.:/_@#+'-]*|[%$€£]/gu;
const NUMBER_WORDS = new Set(
  "two three four five six seven eight nine ten eleven twelve dozen hundred thousand".split(" "),
);

/** A clock time, a date or both. */
export const isTime = (stem: string): boolean => /^(?:\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?)$/.test(stem);

/** The words of a text in order, without those that claim nothing. */
export function wordsOf(text: string): Word[] {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/\bcan't\b/g, "cannot")
    .replace(/n't\b/g, " not")
    .replace(/[[\]]/g, "");
  const words: Word[] = [];
  let afterPreposition = false;
  for (const found of plain.match(WORD) ?? []) {
    const word = found.replace(/'s$/, "").replace(/[.,:/'+#-]+$/, "");
    if (word === "") continue;
    const preposition = PREPOSITIONS.has(word);
    if (!FREE.has(word)) words.push({ stem: stemOf(word), cutBefore: preposition || afterPreposition });
    afterPreposition = preposition || (afterPreposition && FREE.has(word));
  }
  // `the error rate was 4.2/s`: only between a thing and its measure is `was` no claim of its own.
  return words.filter(({ stem }, at) => !(stem === "be" && isMeasure(words[at + 1]?.stem)));
}

const isMeasure = (stem: string | undefined) =>
  stem !== undefined && (/^[-+<>≤≥~]?\d/.test(stem) || NUMBER_WORDS.has(stem)) && !isTime(stem);
