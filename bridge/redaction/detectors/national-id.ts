import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { CUE_REACH, PART_NUMBER_CUE } from "./part-number-cue.ts";

const SSN_DASHED = /(?<![\w.-])(?!000|666)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w]|[.-]\d)/g;
const SSN_CUED =
  /(?<![A-Za-z])(?:ssn|itin|tin|social[ _-]?security(?:[ _-]?(?:number|no|num|nr))?|tax[ _-]?id)["']?(?: is| was|[ :=#]){1,3}["']?(\d{3}[ -]?\d{2}[ -]?\d{4})(?!\d)/dgi;
/** Ids that nobody recognises without the word before them. */
const CUED =
  /(?<![A-Za-z])(?:nino|ni[ _-]?(?:number|no)|national[ _-]?(?:insurance|id)(?:[ _-]?(?:number|no))?|passport(?:[ _-]?(?:number|no|nr))?|personnummer|personnr|f(?:ø|o)dselsnummer|cpr(?:[ _-]?nummer)?|hetu|cpf|cnpj|bsn|burgerservicenummer|codice[ _-]?fiscale|dni|nie|nif|curp|aadhaa?r|sin|tfn|tax[ _-]?(?:id|number|no)|ein|vat(?:[ _-]?(?:id|number|no))?|nhs(?:[ _-]?(?:number|no))?|steuer(?:[ _-]?id|nummer)|pesel|rodne[ _-]?cislo|egn|cnp|oib|pps(?:n)?|driver'?s?[ _-]?licen[cs]e(?:[ _-]?(?:number|no))?|identity[ _-]?(?:card|number))["']?(?: is| was|[ :=#.]){1,3}["']?([A-Z]{0,3}\d[A-Z0-9 ./-]{4,22}[A-Z0-9])/dgi;
const SHAPES = [
  // UK national insurance number.
  /(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])/g,
  // Brazilian CPF with its punctuation.
  /(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g,
  // Italian codice fiscale.
  /(?<![A-Za-z0-9])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![A-Za-z0-9])/g,
];

/** US social security numbers and other national ids, by shape where that is telling, else by the word before. */
export const nationalId: Detector = {
  name: "national-id",
  detect(text, emit) {
    if (!/\d{2}/.test(text)) return;
    eachMatch(SSN_DASHED, text, (match) => {
      const before = text.slice(Math.max(0, match.index - CUE_REACH), match.index);
      if (match[1] === " " || match[0].startsWith("9") || PART_NUMBER_CUE.test(before)) return;
      emit("SSN", match.index, match.index + match[0].length);
    });
    eachMatch(SSN_CUED, text, (match) => {
      const range = groupRange(match, 1);
      const digits = (match[1] ?? "").replace(/\D/g, "");
      if (range && !/^(?:000|666)|^\d{3}00|0000$/.test(digits)) emit("SSN", ...range);
    });
    eachMatch(CUED, text, (match) => {
      const range = groupRange(match, 1);
      const value = (match[1] ?? "").split(/\s{2,}|[ .](?=[a-z]{2,})/)[0] ?? "";
      if (range && value.replace(/\D/g, "").length >= 4) emit("NATID", range[0], range[0] + value.trimEnd().length);
    });
    for (const shape of SHAPES) {
      eachMatch(shape, text, (match) => emit("NATID", match.index, match.index + match[0].length));
    }
  },
};
