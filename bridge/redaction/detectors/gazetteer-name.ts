import { type Detector, type Emit, eachMatch } from "../detector.ts";
import { type NameKind, nameKindOf } from "../gazetteer.ts";
import { isOrdinaryWord, isParticle } from "../ordinary-words.ts";
import { GAZETTEER_NAME_PRIORITY } from "../policy.ts";
import { isSyllableName } from "./given-name.ts";
import { isHumanLine } from "./human-line.ts";

const WORD = String.raw`(?:(?:al|el|ben|bin|bint)-)?\p{Lu}\p{M}*(?:[\p{L}\p{M}]|['’](?=\p{L})){1,30}(?:-\p{L}{2,20}){0,2}`;
/** Capitalised words, initials and particles with one blank between. */
const RUN = new RegExp(
  String.raw`(?<![\p{L}\p{N}_./@#:=$%&*+~^|\\-])${WORD}(?: (?:(?:van|von|de|der|den|da|di|del|della|la|le|el|al|bin|bint|binti|ibn|ben|ter|ten|dos|das|do|du|des|los|las|af|av|y|e) ){0,2}(?:\p{Lu}\.(?= )|${WORD}|\p{Lu}(?= \p{Lu}))){0,5}(?!\p{L}|[._/@:=(](?=[\p{L}\p{N}_])|[_-])`,
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
    const runEnd = run.index + run[0].length;
    const before = line.slice(Math.max(0, run.index - REACH), run.index);
    const after = line.slice(runEnd, runEnd + REACH);
    for (let from = 0; from < pieces.length; ) {
      const to = endOfName(pieces, from, before, after);
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
  if (/^\p{Ll}/u.test(bare) && !ARTICLE.test(bare)) return { start, end, text: bare, kind: "particle" };
  return { start, end, text: bare, kind: kindOf(bare) };
}

const TITLES =
  /^(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Sir|Madam|Herr|Frau|Mme|Mlle|Monsieur|Madame|Sra?|Srta|Señora?|Signora?|Sig|Pani?|Senhora?|Dear|Hi|Hello|Hey|Hallo|Lieber?|Bonjour|Hola|Ciao|Ch[eè]re?|Ol[aá])$/;

const ARTICLE = /^(?:[Aa]l|[Ee]l|[Bb]en|[Bb]in|[Bb]int|Abu|Ibn|At|As|Ash|Ad|An|Ar)-\p{Lu}/u;

/** `AZ`, `POSIX`, `ENIs`. */
export const isAcronym = (word: string): boolean => /^\p{Lu}{2,5}s?$/u.test(word);

/** Acronyms and the words of our own trade are no names, whatever a list says. */
function kindOf(word: string): NameKind {
  const parts = word.split("-");
  if (parts.length > 1) {
    if (isSyllableName(word, (part) => nameKindOf(part) === "word")) return "first";
    // `Al-Otaibi`: the article makes it a name of a family or a place.
    if (ARTICLE.test(word)) return kindOf(parts.slice(1).join("-")) === "first" ? "first" : "last";
    // `Anna-Lena` is a name and `Anna-Dashboard` is not.
    const kinds = parts.map(kindOf);
    return (["word", "first", "last"] as const).find((kind) => kinds.includes(kind)) ?? "unknown";
  }
  if (isAcronym(word) || TITLES.test(word)) return "word";
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
function endOfName(pieces: readonly Piece[], from: number, before: string, after: string): number {
  const first = pieces[from];
  if (!first || !(POSSIBLE.has(first.kind) || first.kind === "initial")) return from;
  let to = from + 1;
  let end = to;
  while (to < pieces.length && to - from < MAX_PARTS) {
    const piece = pieces[to];
    // `Yasmine Ben Salah`: inside a name a particle may have a capital.
    const kind = piece?.kind === "word" && isParticle(piece.text.toLowerCase()) ? "particle" : (piece?.kind ?? "word");
    if (POSSIBLE.has(kind) || (kind === "compound" && first.kind === "first")) end = to + 1;
    else if (kind !== "initial" && kind !== "particle") break;
    to += 1;
  }
  const parts = pieces.slice(from, end).map(({ kind }) => kind);
  if (parts.length === 1) return first.kind === "first" || isSpeaking(first, before, after) ? end : from;
  if (parts.some((kind) => CERTAIN.has(kind))) return isPerson(pieces.slice(from, end)) ? end : from;
  const [one, two] = parts;
  if (SPEAKS.test(after) || ADDRESSED.test(after)) return parts.every((kind) => POSSIBLE.has(kind)) ? end : from;
  // Two words in a row that no list knows are a name from a list we do not have.
  if (isUnlistedName(pieces.slice(from, end))) return end;
  return (one === "word-first" || one === "word-both") && (two === "word-last" || two === "word-both")
    ? from + 2
    : from;
}

const MAX_PARTS = 5;

/** How far around a single word to look for what makes it a person. */
const REACH = 48;

/** `Mark says`: only people do that. */
const SPEAKS =
  /^,? (?:says|said|asks|asked|thinks|thought|wrote|writes|mentioned|told|pinged|wants|wanted|noticed|suspects|believes|suggested|agrees|agreed|volunteered|promised|knows|put it|took over|takes over|pushed|merged|is (?:on it|looking|checking|afk|away|out|driving|pairing)|will (?:join|check|look|call|take|page)|and I|can you|could you|joined the (?:call|room|bridge|channel))\b/;
/** Behind a name alone: `Shirin: can you`, `Shirin (SRE)`. */
const ADDRESSED =
  /^(?:: (?:can you|could you|please|pls|I |we |thanks|on it)|, (?:Head|VP|Director|Senior|Staff|Lead|Chief|Support|Engineer|CTO|CEO)\b| \((?:SRE|IC|CTO|CEO|VP|DBA|support|on[- ]call|comms|scribe|commander|they|she|he|platform|infra|security|legal)\b)/;
const BESIDE = /^(?: and| or| &|,) (\p{Lu}[\p{L}'-]{2,30})(?: (\p{Lu}[\p{L}'-]{2,30}))?/u;
const BEHIND = /(\p{Lu}[\p{L}'-]{2,30})(?: and| or| &|,) $/u;

const isUnlisted = (word: string) => /^(?:unknown|last)$/.test(kindOf(word));

/** Whether the words around a single capitalised word make it a person: what it does, how it is addressed, who stands beside it. */
function isSpeaking({ kind, text }: Piece, before: string, after: string): boolean {
  if (kind === "word-first" || kind === "word-both") return /^ (?:called|and I)\b/.test(after) || SPEAKS.test(after);
  if ((kind !== "unknown" && kind !== "last") || text.length < 3 || PRODUCT_SHAPE.test(text)) return false;
  if (SPEAKS.test(after) || ADDRESSED.test(after)) return true;
  const [, one, two] = BESIDE.exec(after) ?? [];
  if (one !== undefined && two !== undefined && !PRODUCT_SHAPE.test(one) && [one, two].every(isUnlisted)) return true;
  const beside = one ?? BEHIND.exec(before)?.[1];
  return beside !== undefined && kindOf(beside) === "first";
}

/** Endings and inner capitals that makers of software like. */
export const PRODUCT_SHAPE =
  /(?<!^(?:Mc|Mac|De|La|Le|Van|Di|O'))\p{Ll}\p{Lu}|(?:ware|soft|base|hub|flow|cloud|ops|db|ly|ify|io|bot|net|sys|tech|labs?|pay|kube|sql)$/u;

function isUnlistedName(pieces: readonly Piece[]): boolean {
  const parts = pieces.filter(({ kind }) => kind !== "particle" && kind !== "initial");
  return (
    parts.length >= 2 &&
    parts.length <= 4 &&
    parts.every(({ kind, text }) => kind === "unknown" && text.length >= 2 && !PRODUCT_SHAPE.test(text)) &&
    parts.some(({ text }) => text.length >= 4)
  );
}

/**
 * A first name anywhere; a last name behind something that can be a first name, or before a word that no list knows: half of the
 * world writes the family first.
 */
function isPerson(pieces: readonly Piece[]): boolean {
  const kinds = pieces.map(({ kind }) => kind);
  if (kinds.includes("first") || kinds.lastIndexOf("last") > 0) return true;
  const second = pieces[1];
  return second?.kind === "unknown" && second.text.length >= 3 && !PRODUCT_SHAPE.test(second.text);
}
