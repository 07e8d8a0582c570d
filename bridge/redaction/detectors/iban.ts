import { type Detector, eachMatch } from "../detector.ts";

const CANDIDATE = /(?<![A-Za-z0-9](?<!\\[nrt]))[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g;
/** Length by country, from the SWIFT IBAN registry. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 " +
    "GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 " +
    "MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 " +
    "UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** International bank account numbers whose check digits are right. */
export const iban: Detector = {
  name: "iban",
  detect(text, emit) {
    eachMatch(CANDIDATE, text, (match) => {
      const length = LENGTHS[match[0].slice(0, 2).toUpperCase()];
      if (length === undefined) return;
      let taken = 0;
      let end = 0;
      while (end < match[0].length && taken < length) {
        if (/[A-Za-z0-9]/.test(match[0].charAt(end))) taken += 1;
        end += 1;
      }
      if (taken === length && hasRightCheckDigits(match[0].slice(0, end))) emit("IBAN", match.index, match.index + end);
    });
  },
};

/** ISO 13616: with the first four characters moved to the end and letters as numbers from 10, the remainder by 97 is 1. */
function hasRightCheckDigits(written: string): boolean {
  const compact = written.replace(/[ -]/g, "").toUpperCase();
  let remainder = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
