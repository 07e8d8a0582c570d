import { type Detector, eachMatch } from "../detector.ts";

/** Groups of digits with the same kind of separator between; taken apart below. */
const GROUPS = /(?<![\d.])\d+(?:[ -]\d+){0,40}/g;
const GROUPINGS = new Set(["4-4-4-4", "4-6-5", "4-6-4", "4-4-4-4-3", "4-4-5", "4-4-4-1", "6-13"]);
const ISSUERS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11,13}|(?:6011|64[4-9]\d|65\d\d)\d{12,15}|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12,15}|(?:50|5[6-8]|6[0-9])\d{11,17})$/;

/** Payment card numbers: an issuer's range, a right check digit, and a grouping that people use. */
export const card: Detector = {
  name: "card",
  detect(text, emit) {
    if (!/\d{4}/.test(text)) return;
    eachMatch(GROUPS, text, (match) => {
      if (match[0].length < 13) return;
      const groups = [...match[0].matchAll(/\d+/g)].map((group) => ({
        digits: group[0],
        at: match.index + group.index,
      }));
      for (let first = 0; first < groups.length; first += 1) {
        const last = lastOfCard(
          groups.map(({ digits }) => digits),
          first,
        );
        const end = last === undefined ? undefined : groups[last];
        const start = groups[first];
        if (!start || !end) continue;
        emit("CARD", start.at, end.at + end.digits.length);
        first = last ?? first;
      }
    });
  },
};

/** Index of the last group of a card that begins with group `first`, or undefined. */
function lastOfCard(groups: readonly string[], first: number): number | undefined {
  let digits = "";
  const lengths: number[] = [];
  for (let last = first; last < groups.length && last < first + 19; last += 1) {
    const group = groups[last] ?? "";
    digits += group;
    lengths.push(group.length);
    if (digits.length > 19) return undefined;
    const usual = lengths.length === 1 || GROUPINGS.has(lengths.join("-")) || groups.length === lengths.length;
    if (digits.length >= 13 && usual && ISSUERS.test(digits) && passesLuhn(digits)) return last;
  }
  return undefined;
}

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const weighted = at % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
