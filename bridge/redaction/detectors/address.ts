import { type Detector, eachMatch, groupRange } from "../detector.ts";

const CAP = String.raw`\p{Lu}[\p{L}'.-]{0,30}`;
const NUMBER = String.raw`\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?`;
const ENGLISH =
  "(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Way|Place|Pl|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Quay|Row|Gardens|Mews|Circle|Alley|Walk|Hill|Green|Grove|Park)";
const GERMANIC =
  "(?:straße|strasse|str\\.|weg|platz|allee|gasse|damm|ufer|ring|steig|straat|laan|plein|gracht|kade|dijk|gatan|gata|vägen|veien|vej|gade|allé|torget|plads|katu|tie|kuja)";
const ROMANCE =
  "(?:[Rr]ue|[Aa]venue|[Aa]v\\.|[Bb]oulevard|[Bb]d|[Cc]hemin|[Ii]mpasse|[Qq]uai|[Cc]alle|C/|[Aa]venida|[Aa]vda\\.?|[Pp]laza|[Pp]aseo|[Cc]arrera|[Rr]onda|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Ll]argo|[Rr]ua|[Pp]raça|[Tt]ravessa|[Uu]l\\.|[Uu]lica|[Aa]l\\.|[Oo]s\\.|[Pp]lac)";
const PARTICLE = "(?:de las|de los|de la|del|dello|della|delle|dei|de|du|des|do|da|dos|das|la|le|les|el|los|las|l'|d')";

const PATTERNS = [
  new RegExp(
    String.raw`(?<![\p{L}\d.-]|\d:)${NUMBER} (?:${CAP} ){1,4}${ENGLISH}(?![\p{L}\d])(?:,? (?:Apt|Suite|Unit|Flat|Floor|#)\.? ?[\w-]{1,6})?`,
    "gu",
  ),
  new RegExp(
    String.raw`(?<![\p{L}\d])\p{Lu}[\p{L}-]{1,30}${GERMANIC} \d{1,4}(?: ?[a-zA-Z](?![\p{L}]))?(?![\p{L}\d:%])`,
    "gu",
  ),
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:${CAP}[ -]){1,3}(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring|Damm) \d{1,4} ?[a-z]?(?![\p{L}\d:%])`,
    "gu",
  ),
  new RegExp(
    String.raw`(?<![\p{L}\d/])${ROMANCE} (?:${PARTICLE} ?){0,2}(?:${CAP}[ ,]{1,2}){1,4}(?:n[°ºr]\.? ?|nº ?|No\.? ?)?\d{1,5}[A-Za-z]?(?![\p{L}\d%])`,
    "gu",
  ),
  new RegExp(
    String.raw`(?<![\p{L}\d.-]|\d:)\d{1,4}(?: ?bis| ?ter)?,? (?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|quai|allée|route|cours) (?:${PARTICLE} ?){0,2}${CAP}(?:[ -]${CAP}){0,4}`,
    "gu",
  ),
  /(?<![\p{L}\d])(?:P\.? ?O\.? ?Box|Post Office Box|Postfach|Postbus|Boîte postale|Apartado(?: de Correos)?|Casella postale|Caixa Postal|Skrytka pocztowa|Postboks|Locked Bag|GPO Box) ?#?\d[\d -]{0,9}\d?/giu,
  // UK postcodes have a shape of their own.
  /(?<![\p{L}\d-])(?:[A-PR-UWYZ]\d[\dA-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y]\d[\dABEHMNPRVWXY]?) \d[ABD-HJLNP-UW-Z]{2}(?![\p{L}\d])/gu,
];
/** By place in `PATTERNS`: without this no match, and it is far cheaper to look for. */
const NEEDS: readonly (RegExp | undefined)[] = [
  undefined,
  new RegExp(String.raw`${GERMANIC} \d`, "u"),
  /(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring|Damm) \d/,
  undefined,
  undefined,
  /box|post|apartado|casella|caixa|skrytka|locked bag/i,
];
const KEYED =
  /(?<![A-Za-z])(?:street(?:[_-]?(?:address|name|line))?(?:[_-]?\d)?|addr(?:ess)?[_-]?(?:line)?[_-]?\d|address[_-]?line(?:[_-]?\d)?|(?:shipping|billing|postal|home|delivery|mailing|full)[_-]?addr(?:ess)?|line1)["']?\s{0,2}[:=]\s{0,2}(?:"([^"\n]{4,200})"|'([^'\n]{4,200})'|([^\s"'&,;{[][^"'&;\n]{3,120}))/dgi;

/** Postal addresses: street words of ten languages with a house number, post boxes, and fields named so. */
export const address: Detector = {
  name: "address",
  detect(text, emit) {
    if (!/\d/.test(text)) return;
    for (const [place, pattern] of PATTERNS.entries()) {
      if (NEEDS[place]?.test(text) === false) continue;
      eachMatch(pattern, text, (match) => emit("ADDRESS", match.index, match.index + match[0].trimEnd().length));
    }
    eachMatch(KEYED, text, (match) => {
      const range = groupRange(match, 1) ?? groupRange(match, 2) ?? groupRange(match, 3);
      if (range && /^[^[(].*\d/s.test(text.slice(...range))) emit("ADDRESS", ...range);
    });
  },
};
