import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { type NameKind, nameKindOf } from "../gazetteer.ts";
import { isOrdinaryWord } from "../ordinary-words.ts";

const CAP = String.raw`\p{Lu}[\p{L}\p{M}'-]{1,30}`;
const NAME = String.raw`(?<name>${CAP}(?: (?:\p{Lu}\.?|(?:van|von|de|der|den|da|di|del|la|el|al|bin|ibn|ní|ó|dos|dei|le|du) )?(?: ?${CAP})){0,3})`;
const START = String.raw`(?<![\p{L}\p{N}_-])`;

/** After one of these a person is named. */
const CUES = [
  // Titles; a greeting is a title for what follows it.
  String.raw`(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Sir|Madam|Herr|Frau|Hr|Fr|Mme|Mlle|Monsieur|Madame|Sr|Sra|Srta|Señor|Señora|Signor|Signora|Sig|Pan|Pani|Senhor|Senhora)\.? (?:Dr\.? |Prof\.? )?`,
  String.raw`(?:Dear|Hi|Hello|Hey|Hallo|Liebe|Lieber|Bonjour|Hola|Ciao|Cher|Chère|Olá) (?:Mr\.? |Mrs\.? |Ms\.? |Dr\.? )?`,
  "(?:[Cc]ustomer|[Cc]aller|[Pp]atient|[Cc]lient contact|[Cc]ontact|[Rr]eporter|[Rr]equester|[Ss]ubscriber|[Cc]ardholder|[Pp]assenger|[Aa]ccount holder|[Aa]ccount manager|[Cc]ustomer contact)(?: name)?:? (?:named |called |is )?",
  "(?:[Ss]poke|[Ss]poken|[Tt]alk|[Tt]alked|[Cc]hat|[Cc]hatted|[Mm]et|[Cc]hecked|[Cc]onfirmed|[Ss]ynced|[Cc]all|[Oo]n the phone) (?:with|to) ",
  "(?:[Aa]s per|[Aa]ccording to|[Oo]n behalf of|[Rr]eported by|[Rr]aised by|[Rr]equested by|[Ff]lagged by|[Oo]pened by|[Aa]uthorised by|[Aa]uthorized by|[Aa]pproved by|[Cc]all(?:ed)? from|[Ee]mail from|[Mm]ail from|[Mm]essage from|[Tt]icket from|[Cc]omplaint from|[Ff]eedback from|[Nn]ote from|[Ww]ord from|[Pp]er) ",
  // What is said or done to somebody.
  "(?:[Aa]sk|[Aa]sked|[Pp]ing|[Pp]inged|[Tt]ell|[Tt]old|[Pp]romised|[Ii]nformed|[Ee]mailed|[Cc]ontacted|[Cc]alled|[Cc]all|[Tt]exted|[Pp]aged|[Tt]hanked|[Hh]elped|[Rr]efunded|[Rr]eassured|[Nn]otified|[Ii]nvited|[Ee]scalated by|[Hh]andled by|[Ff]orwarded by|[Ss]ent by|[Ww]ritten by|[Ss]igned by|[Oo]ff the phone with|[Ww]aiting for|[Aa]ssigned to|[Hh]anded (?:over )?to|[Cc]c:?|[Tt]hanks,?|[Tt]hx,?) ",
  "(?:[Mm]y name is|[Tt]his is|[Nn]ame:|[Nn]amed|[Ss]igned,?|[Aa]ttn:?|[Cc]/o) ",
];
/** How many of the cues above are titles and greetings. */
const TITLE_CUES = 2;
/** What may be a name at all, by the lists. */
const NAMED: ReadonlySet<NameKind> = new Set<NameKind>([
  "first",
  "last",
  "word-first",
  "word-last",
  "word-both",
  "unknown",
]);
const CUED = CUES.map((cue) => new RegExp(`${START}${cue}${NAME}`, "dgu"));
/** `from Name: "…"`: a quotation follows. */
const QUOTED_SPEAKER = new RegExp(`${START}[Ff]rom ${NAME}(?=:\\s?["'])`, "dgu");
/** `customer "first last"` in any case. */
const QUOTED_USER =
  /(?<![\p{L}\p{N}_-])(?:customer|user|caller|cardholder|client|member) ["'](?<name>\p{L}[\p{L}'-]{1,30}(?: \p{L}[\p{L}'.-]{0,30}){1,3})["']/dgiu;
/** `Name <address>` in mail headers and commits. */
const DISPLAY_NAME =
  /(?<=(?:^|[\n:,;"'])[ \t]{0,3}"?)(?<name>\p{Lu}[\p{L}\p{M}'.-]{0,30}(?: \p{L}[\p{L}\p{M}'.-]{0,30}){0,4}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{2,8})(?="?[ \t]{1,3}<[^<>\s]{1,64}@)/dgu;
const SIGN_OFF = new RegExp(
  String.raw`(?:[Rr]egards|[Bb]est|[Tt]hanks|[Tt]hank you|[Cc]heers|[Ss]incerely|[Gg]rüße|[Gg]rüßen|[Cc]ordialement|[Ss]aludos|[Mm]vh),?!?\s{0,2}(?:\r?\n|\\n)\s{0,4}(?:[-–] ?)?${NAME}`,
  "dgu",
);
const KEYED =
  /(?<![\p{L}])(?:first|last|full|given|family|middle|display|customer|contact|user|card(?:_?holder)?|account_?holder|recipient|sender|buyer|billing|shipping|owner|patient|legal|maiden|beneficiary|payee|name_on)[_-]?(?:name|card)\\?["']?\s{0,2}[:=]\s{0,2}(?:\\?["'](?<quoted>[^"'\\\n]{2,80})\\?["']|(?<bare>\p{L}[\p{L}'.+-]{1,80}))/dgiu;
const SURNAME_KEYED =
  /(?<![\p{L}])(?:surname|forename|fname|lname|cardholder|fullname)\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?(?<name>\p{L}[\p{L}'.+-]{1,40}(?: \p{Lu}[\p{L}'.-]{0,40}){0,3})/dgiu;
const LOG_LINE = /^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d|at [\w$.]+\(|\w+(?:\.\w+)+(?:Exception|Error)|goroutine \d)/;

/** Names of people nobody told us about, only where the words around them say that a person is meant. */
export const nameCue: Detector = {
  name: "name-cue",
  detect(text, emit) {
    const report = (range: [number, number] | undefined) => {
      if (range) emit("NAME", ...range);
    };
    eachMatch(KEYED, text, (match) => {
      const range = groupRange(match, "quoted") ?? groupRange(match, "bare");
      const value = range ? text.slice(...range) : "";
      // A display name is often that of a service: then it is one lower-case word.
      if (isNameValue(value) && (/\p{Lu}/u.test(value) || /first|last|full|given|family/i.test(match[0])))
        report(range);
    });
    eachMatch(SURNAME_KEYED, text, (match) => report(groupRange(match, "name")));
    if (text.includes("@")) eachMatch(DISPLAY_NAME, text, (match) => report(groupRange(match, "name")));
    eachMatch(QUOTED_USER, text, (match) => report(groupRange(match, "name")));
    for (const [place, pattern] of [...CUED, QUOTED_SPEAKER, SIGN_OFF].entries()) {
      // Behind a title and a greeting any word is a name; behind a verb it may be a team or a tool.
      const listed = place >= TITLE_CUES;
      eachMatch(pattern, text, (match) => report(personPart(text, groupRange(match, "name"), listed)));
    }
  },
};

/** The beginning of a capitalised run that can be a name, or undefined: `customer Support` names nobody. */
function personPart(text: string, range: [number, number] | undefined, listed: boolean): [number, number] | undefined {
  if (!range || inLogLine(text, range[0])) return undefined;
  const [start, end] = range;
  let stop = start;
  for (const word of text.slice(start, end).matchAll(/[^ ]+/g)) {
    const bare = word[0].replace(/['’]s?$/, "");
    if (isOrdinaryWord(bare) || (listed && !NAMED.has(nameKindOf(bare)))) break;
    stop = start + word.index + bare.length;
  }
  return stop > start ? [start, stop] : undefined;
}

function inLogLine(text: string, at: number): boolean {
  // Looking further back would make one long line quadratic.
  const before = text.slice(Math.max(0, at - 400), at);
  return LOG_LINE.test(before.slice(before.lastIndexOf("\n") + 1));
}

/** A field called "name" may hold a service: words with digits, dots or underscores are no people. */
const isNameValue = (value: string) =>
  /^\p{L}[\p{L}\p{M}' .+-]*$/u.test(value) &&
  !/^(?:null|none|undefined|unknown|test|admin|root|anonymous|n\/a|true|false)$/i.test(value);
