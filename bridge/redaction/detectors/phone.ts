import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { CUE_REACH, PART_NUMBER_CUE } from "./part-number-cue.ts";

/** One separator between digits, or one with a bracket: `)`, ` (`, `) `. */
const SEP = String.raw`(?: - |[ .\-/]?[()]?[ .\-]?)`;
const INTERNATIONAL = new RegExp(String.raw`(?<![\w.+*:%$€£=-])(?:\+|\(\+)${SEP}[1-9](?:${SEP}\d){6,16}(?!\d)`, "g");
/** In a key's value the sign may be glued to quotes: `"phone":"+…"`. */
const ASSIGNED = /(?<=[=:]\s?["']?)\+[1-9]\d{7,14}(?!\d)/g;
const DIALLED = new RegExp(String.raw`(?<![\w.,:+#$/-])(?:00|011)[ -]?[1-9](?:${SEP}\d){7,15}(?![\d])`, "g");
const NORTH_AMERICAN =
  /(?<![\w.+#-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])\d{3}[.-]\d{4}(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?![\w-]|\.\d)/gi;
/** A leading zero and two or more groups are how most countries write national numbers. */
const NATIONAL =
  /(?<![\w.,:+#$/()-])\(?0[1-9]\d{0,4}\)?(?:(?:[ /-]\d{2,4}){2,4}|[ ]?\/[ ]?\d{4,8}(?:[ -]\d{1,5})?)(?![\w%]|[.:/-]\d)/g;
const CUE =
  /(?<![A-Za-z])(?:phones?|tel|telephone|telefon[eo]?|telefonnummer|t[ée]l|t[ée]l[ée]phone|tel[ée]fono|mobile?|m[óo]vil|handy|cell(?:phone)?|landline|fax|hotline|rufnummer|r[üu]ckruf|callback|call(?:ed|ing)?|ring|rang|dial(?:led)?|sms|text(?:ed)?|whats ?app|signal|viber|msisdn|voicemail|contact|kontakt|reach(?:able)?|nr|number|num|nummer|n[úu]mero|caller(?:[ _-]?id)?)[\w ]{0,14}?["']?[ :=.#]{1,3}(?:me |us |at |on |is |him |her |them |back |unter |under |auf |au |al |en ){0,3}["']?(\(?\+?\d(?:[ .\-/]?[()]?[ .-]?\d){6,16})(?!\d)/dgi;
const STRONG_CUE =
  /contact[ _-]?n(?:umber|o|r)|phone|tel|mobil|m[óo]vil|handy|cell|landline|fax|hotline|ruf|sms|whats|msisdn|voicemail/i;

/** Telephone numbers. National ones only where their shape or a word before says so. */
export const phone: Detector = {
  name: "phone",
  detect(text, emit) {
    if (!/\d/.test(text)) return;
    const report = (start: number, written: string, least: number) => {
      const kept = cutToDigits(written, 15);
      if (isPhone(kept, least)) emit("PHONE", start, start + kept.length);
    };
    if (text.includes("+")) {
      eachMatch(INTERNATIONAL, text, (match) => {
        const after = text.slice(match.index + match[0].length, match.index + match[0].length + 8);
        // `+1234567890 bytes` is a difference.
        const difference =
          /^\+\d+$/.test(match[0]) &&
          (match[0].length < 10 || /^(?:\.\d|%| ?(?:ms|bytes?|b|kb|mb|s|rows?)\b)/i.test(after));
        if (!difference) report(match.index, match[0], 7);
      });
      eachMatch(ASSIGNED, text, (match) => report(match.index, match[0], 8));
    }
    eachMatch(DIALLED, text, (match) => {
      if (/[ .\-/()]/.test(match[0]) || /^0{2}\d{11,14}$/.test(match[0])) report(match.index, match[0], 9);
    });
    eachMatch(NORTH_AMERICAN, text, (match) => emit("PHONE", match.index, match.index + match[0].length));
    eachMatch(NATIONAL, text, (match) => {
      const digits = match[0].replace(/\D/g, "");
      const before = text.slice(Math.max(0, match.index - CUE_REACH), match.index);
      if (digits.length >= 9 && digits.length <= 12 && !PART_NUMBER_CUE.test(before)) report(match.index, match[0], 9);
    });
    eachMatch(CUE, text, (match) => {
      const range = groupRange(match, 1);
      const written = match[1] ?? "";
      if (!range) return;
      const strong = STRONG_CUE.test(match[0].slice(0, match[0].length - written.length));
      // After a weak word ("number", "call") a bare run of digits may be a time stamp or an id.
      if (!strong && /^\d+$/.test(written) && !/^0\d{8,10}$/.test(written)) return;
      report(range[0], written, 7);
    });
  },
};

/** The longest beginning with at most `most` digits that ends with a whole group. */
function cutToDigits(written: string, most: number): string {
  if (written.replace(/\D/g, "").length <= most) return written;
  const groups = [...written.matchAll(/\d+/g)];
  let digits = 0;
  let end = 0;
  for (const group of groups) {
    digits += group[0].length;
    if (digits > most) break;
    end = group.index + group[0].length;
  }
  return written.slice(0, end);
}

function isPhone(written: string, least: number): boolean {
  const digits = written.replace(/\D/g, "");
  if (digits.length < least || digits.length > 17) return false;
  if (/^\d{4}[-/.]\d{2}[-/.]\d{2}/.test(written) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(written)) return false;
  return !/^(\d)\1+$/.test(digits);
}
