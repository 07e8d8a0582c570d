import { type Detector, type Emit, eachMatch } from "../detector.ts";
import { type NameKind, nameKindOf } from "../gazetteer.ts";
import { isOrdinaryWord } from "../ordinary-words.ts";
import { GAZETTEER_NAME_PRIORITY } from "../policy.ts";
import { isHumanLine } from "./human-line.ts";

const WORD = String.raw`\p{Lu}\p{M}*(?:[\p{L}\p{M}]|['’](?=\p{L})){1,30}(?:-\p{L}{2,20}){0,2}`;
/** Capitalised words, initials and particles with one blank between. */
const RUN = new RegExp(
  String.raw`(?<![\p{L}\p{N}_./@#:=$%&*+~^|\\-])${WORD}(?: (?:(?:van|von|de|der|den|da|di|del|della|la|le|el|al|bin|ibn|ben|ter|ten|dos|das|do|du|des|los|las|af|av|y|e) ){0,2}(?:\p{Lu}\.(?= )|${WORD}|\p{Lu}(?= \p{Lu}))){0,5}(?!\p{L}|[._/@:=(](?=[\p{L}\p{N}_])|[_-])`,
  "gu",
);
const PIECE = /\S+/gu;
/** Words that call a person, before a name that was typed in lower case. */
const CALLED =
  /(?<![\p{L}\p{N}_-])(?:ask|asked|asking|ping|pinged|pinging|tell|told|cc|thanks|thx|ty|hi|hey|hello|dm|dmed|paged|paging|page|cc'd|spoke to|spoke with|talk to|talked to|call|called|emailed|texted)[ :,]{1,2}@?(\p{Ll}{3,20})(?: (\p{Ll}{3,20}))?(?![\p{L}\p{N}_/@:=-]|\.\p{L})/dgu;

/**
 * Names of people nobody told us about, by lists of names alone. Only in what people write to each other: a log is full of
 * capitalised words. A single word counts when it is a first name and nothing else.
 */
export const gazetteerName: Detector = {
  name: "gazetteer-name",
  detect(text, emit) {
    let at = 0;
    for (const line of text.split("\n")) {
      if (line.length <= MAX_LINE && /\p{L}/u.test(line) && isHumanLine(line)) namesIn(line, at, emit);
      at += line.length + 1;
    }
  },
};

/** No person writes a longer line. */
const MAX_LINE = 8_000;

function namesIn(line: string, offset: number, emit: Emit): void {
  const report = (start: number, end: number) => emit("NAME", offset + start, offset + end, GAZETTEER_NAME_PRIORITY);
  eachMatch(RUN, line, (run) => {
    const pieces = [...run[0].matchAll(PIECE)].map((piece) => read(piece[0], run.index + piece.index));
    for (let from = 0; from < pieces.length; ) {
      const to = endOfName(pieces, from, line.slice(run.index + run[0].length, run.index + run[0].length + 12));
      const first = pieces[from];
      const last = pieces[to - 1];
      if (to > from && first && last) report(first.start, last.end);
      from = Math.max(to, from + 1);
    }
  });
  eachMatch(CALLED, line, (match) => {
    const [name, more] = [match.indices?.[1], match.indices?.[2]];
    if (!name || kindOf(match[1] ?? "") !== "first") return;
    const goesOn = more !== undefined && /^(?:first|last)$/.test(kindOf(match[2] ?? ""));
    report(name[0], goesOn ? more[1] : name[1]);
  });
}

interface Piece {
  start: number;
  end: number;
  text: string;
  kind: NameKind | "initial" | "particle";
}

function read(written: string, start: number): Piece {
  const bare = written.replace(/['’]s?$/, "").replace(/[.,]$/, "");
  const end = start + bare.length;
  if (/^\p{Lu}\.?$/u.test(bare)) return { start, end: start + written.length, text: bare, kind: "initial" };
  if (/^\p{Ll}/u.test(bare)) return { start, end, text: bare, kind: "particle" };
  return { start, end, text: bare, kind: kindOf(bare) };
}

const TITLES =
  /^(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Sir|Madam|Herr|Frau|Mme|Mlle|Monsieur|Madame|Sra?|Srta|Señora?|Signora?|Sig|Pani?|Senhora?|Dear|Hi|Hello|Hey|Hallo|Lieber?|Bonjour|Hola|Ciao|Ch[eè]re?|Ol[aá])$/;

/** Acronyms and the words of our own trade are no names, whatever a list says. */
function kindOf(word: string): NameKind {
  const parts = word.split("-");
  if (parts.length > 1) {
    // `Anna-Lena` is a name and `Anna-Dashboard` is not.
    const kinds = parts.map(kindOf);
    return (["word", "first", "last"] as const).find((kind) => kinds.includes(kind)) ?? "unknown";
  }
  if (/^\p{Lu}{2,4}$/u.test(word) || TITLES.test(word)) return "word";
  const kind = nameKindOf(word.replace(/^(?:[DdOoLl]|Mc|Mac)['’]/, ""));
  return kind !== "unknown" && kind !== "word" && isOrdinaryWord(word) ? "word" : kind;
}

const CERTAIN: ReadonlySet<Piece["kind"]> = new Set(["first", "last"]);
const POSSIBLE: ReadonlySet<Piece["kind"]> = new Set([
  "first",
  "last",
  "word-first",
  "word-last",
  "word-both",
  "word-name",
  "unknown",
]);

/** Index behind the name that begins at `from`, or `from` when none begins there. */
function endOfName(pieces: readonly Piece[], from: number, after: string): number {
  const first = pieces[from];
  if (!first || !(POSSIBLE.has(first.kind) || first.kind === "initial")) return from;
  let to = from + 1;
  let end = to;
  while (to < pieces.length && to - from < MAX_PARTS) {
    const kind = pieces[to]?.kind ?? "word";
    if (POSSIBLE.has(kind)) end = to + 1;
    else if (kind !== "initial" && kind !== "particle") break;
    to += 1;
  }
  const parts = pieces.slice(from, end).map(({ kind }) => kind);
  if (parts.length === 1) return first.kind === "first" || isSpeaking(first, after) ? end : from;
  if (parts.some((kind) => CERTAIN.has(kind))) return isPerson(parts) ? end : from;
  const [one, two] = parts;
  // Two words in a row that no list knows are a name from a list we do not have.
  if (isUnlistedName(pieces.slice(from, end))) return end;
  return (one === "word-first" || one === "word-both") && (two === "word-last" || two === "word-both")
    ? from + 2
    : from;
}

const MAX_PARTS = 5;

/** `Mark says`: only people do that. */
const isSpeaking = ({ kind }: Piece, after: string) =>
  (kind === "word-first" || kind === "word-both") &&
  /^ (?:says|said|asks|asked|thinks|wrote|writes|mentioned|told|pinged|wants|called|and I)\b/.test(after);

/** Endings and inner capitals that makers of software like. */
const PRODUCT_SHAPE =
  /\p{Ll}\p{Lu}|(?:ware|soft|base|hub|flow|cloud|ops|db|ly|ify|io|bot|net|sys|tech|labs?|pay|kube|sql)$/u;

const isUnlistedName = (pieces: readonly Piece[]): boolean =>
  pieces.length >= 2 &&
  pieces.length <= 4 &&
  pieces.every(({ kind, text }) => kind === "unknown" && text.length >= 2 && !PRODUCT_SHAPE.test(text)) &&
  pieces.some(({ text }) => text.length >= 4);

/** A first name anywhere, or a last name behind something that can be a first name. */
function isPerson(parts: readonly Piece["kind"][]): boolean {
  if (parts.includes("first")) return true;
  return parts.lastIndexOf("last") > 0;
}
