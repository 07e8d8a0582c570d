import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { type NameKind, nameKindOf } from "../gazetteer.ts";
import { isOrdinaryWord, isParticle } from "../ordinary-words.ts";
import { isAcronym, PRODUCT_SHAPE } from "./gazetteer-name.ts";

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
  "(?:[Aa]s per|[Aa]ccording to|[Oo]n behalf of|[Rr]eported by|[Rr]aised by|[Rr]equested by|[Ff]lagged by|[Oo]pened by|(?:[Rr]olled back|[Mm]erged|[Pp]ushed|[Rr]everted|[Cc]losed|[Rr]eviewed|[Cc]onfirmed|[Ss]potted|[Nn]oticed) by|[Aa]uthorised by|[Aa]uthorized by|[Aa]pproved by|[Cc]all(?:ed)? from|[Ee]mail from|[Mm]ail from|[Mm]essage from|[Tt]icket from|[Cc]omplaint from|[Ff]eedback from|[Nn]ote from|[Ww]ord from|[Pp]er) ",
  // What is said or done to somebody.
  "(?:[Aa]sk|[Aa]sked|[Pp]ing|[Pp]inged|[Tt]ell|[Tt]old|[Pp]romised|[Ii]nformed|[Ee]mailed|[Cc]ontacted|[Cc]alled|[Cc]all|[Tt]exted|[Pp]aged|[Tt]hanked|[Hh]elped|[Rr]efunded|[Rr]eassured|[Nn]otified|[Ii]nvited|[Ee]scalated by|[Hh]andled by|[Ff]orwarded by|[Ss]ent by|[Ww]ritten by|[Ss]igned by|[Oo]ff the phone with|[Ww]aiting (?:for|on)|[Aa]ssigned to|[Hh]anded (?:over )?to|[Cc]c:?|[Tt]hanks,?|[Tt]hx,?) ",
  // With whom only people do something.
  "(?:[Rr]eviewed|[Pp]aired|[Pp]airing|[Aa]greed|[Dd]iscussed|[Cc]hatting|[Tt]alking|[Ss]peaking|[Mm]eeting) (?:it )?(?:with|to) ",
  "(?:[Ww]e|[Ii]|[Tt]hey) owe[ds]? |[Oo]n behalf of |[Rr]eplied to |[Tt]hanks to |(?:^|[ (])as (?=[^ ]{2,30} (?:put|said|wrote|noted|says))",
  // What a person is in a list of roles.
  "(?:[Ii]ncident [Cc]ommander|[Cc]ommander|IC|[Oo]wner|[Aa]uthor|[Oo]n-?[Cc]all|[Aa]ssignee|[Rr]eviewer|[Rr]eviewed-by|[Ll]ead|[Ss]cribe|[Rr]eporter|[Aa]pprover|[Dd]eployer|[Cc]ommitter|[Cc]o-authored-by|[Ss]igned-off-by|[Aa]cked-by|[Rr]eported-by|[Tt]ested-by|DRI|POC|[Aa]ttendees|[Pp]articipants):? ?[:=-] ",
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
    eachMatch(SURNAME_KEYED, text, (match) => {
      const range = groupRange(match, "name");
      if (range && isNameValue(text.slice(...range))) report(range);
    });
    if (/<[^<>\s]{1,64}@/.test(text)) eachMatch(DISPLAY_NAME, text, (match) => report(groupRange(match, "name")));
    if (EAST_ASIAN.test(text)) {
      eachMatch(HONOURED, text, (match) => {
        if (!NOBODY.test(match[0])) report([match.index, match.index + match[0].length]);
      });
    }
    if (/["']\p{L}/u.test(text)) eachMatch(QUOTED_USER, text, (match) => report(groupRange(match, "name")));
    for (const [place, pattern] of [...CUED, QUOTED_SPEAKER, SIGN_OFF].entries()) {
      // Behind a title and a greeting any word is a name; behind a verb it may be a team or a tool.
      const listed = place >= TITLE_CUES;
      eachMatch(pattern, text, (match) => report(personPart(text, groupRange(match, "name"), listed)));
    }
  },
};

/** Respectful endings of Japanese, Korean and Chinese, behind a name. */
const HONOURED =
  /(?<![\p{Script=Han}])(?:\p{Script=Han}{1,4}|\p{Script=Katakana}{2,8})(?=(?:さん|さま|様|氏|君|殿))|[\uac00-\ud7af]{2,4}(?= ?(?:님|씨)(?![\uac00-\ud7af]{3}))|[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高梁郑鄭罗羅宋谢謝唐韩韓曹许許邓鄧萧蕭冯馮曾程蔡彭潘袁于董余苏蘇叶葉吕呂魏蒋蔣田杜丁沈姜范江傅钟鐘卢盧汪戴崔任陆陸廖姚方金邱夏谭譚韦韋贾賈邹鄒石熊孟秦阎薛侯雷白龙龍段郝孔邵史毛常万萬顾顧赖賴武康贺賀严嚴尹钱錢施牛洪龚龔]\p{Script=Han}{1,2}(?=先生|女士|小姐)/gu;
const EAST_ASIAN = /[さ様氏君殿님씨先女小]/;
const NOBODY = /^(?:お?客|皆|各位|担当者?|管理者?|利用者|고객|사용자|회원|관리자)$/;

/** The beginning of a capitalised run that can be a name, or undefined: `customer Support` names nobody. */
function personPart(text: string, range: [number, number] | undefined, listed: boolean): [number, number] | undefined {
  if (!range || inLogLine(text, range[0])) return undefined;
  const [start, end] = range;
  let stop = start;
  for (const word of text.slice(start, end).matchAll(/[^ ]+/g)) {
    const bare = word[0].replace(/['’]s?$/, "");
    // `Käthe von Reichenbach`: what follows a particle decides.
    if (stop > start && isParticle(bare)) continue;
    if (isOrdinaryWord(bare) || (listed && !mayBeListed(bare))) break;
    stop = start + word.index + bare.length;
  }
  return stop > start ? [start, stop] : undefined;
}

/** By the lists, and not made like an acronym or a product. */
function mayBeListed(word: string): boolean {
  const kind = nameKindOf(word);
  return NAMED.has(kind) && !isAcronym(word) && !(kind === "unknown" && PRODUCT_SHAPE.test(word));
}

function inLogLine(text: string, at: number): boolean {
  // Looking further back would make one long line quadratic.
  const before = text.slice(Math.max(0, at - 400), at);
  return LOG_LINE.test(before.slice(before.lastIndexOf("\n") + 1));
}

/** A field called "name" may hold a service: words with digits, dots or underscores are no people, nor are several plain words. */
const isNameValue = (value: string) =>
  !(value.includes(" ") && value.split(" ").every((part) => /^(?:word|compound)$/.test(nameKindOf(part)))) &&
  /^\p{L}[\p{L}\p{M}' .+-]*$/u.test(value) &&
  !/^(?:null|none|undefined|unknown|test|admin|root|anonymous|n\/a|true|false)$/i.test(value);
