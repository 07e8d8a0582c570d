import { type Detector, eachMatch, groupRange } from "../detector.ts";

const PAIRED =
  /(?<![0-9A-Fa-f][:-]?)[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?:\1[0-9A-Fa-f]{2}\1[0-9A-Fa-f]{2})?(?![0-9A-Fa-f]|[:-][0-9A-Fa-f]{2})/g;
const DOTTED = /(?<![0-9A-Fa-f.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Fa-f]|\.[0-9A-Fa-f])/g;
const BARE_AFTER_CUE =
  /\b(?:mac|hwaddr|ether|bssid|lladdr|macaddr(?:ess)?|mac[ _-]address)["']?[ :=]{1,3}["']?([0-9A-Fa-f]{12})(?![0-9A-Fa-f])/dgi;

/** Hardware addresses, 48 and 64 bits, in four notations. */
export const mac: Detector = {
  name: "mac",
  detect(text, emit) {
    eachMatch(PAIRED, text, (match) => {
      // Six two-digit numbers joined by hyphens are more likely a date and time.
      if (match[1] === "-" && !/[A-Fa-f]/.test(match[0])) return;
      emit("MAC", match.index, match.index + match[0].length);
    });
    eachMatch(DOTTED, text, (match) => {
      if (/[A-Fa-f]/.test(match[0])) emit("MAC", match.index, match.index + match[0].length);
    });
    eachMatch(BARE_AFTER_CUE, text, (match) => {
      const range = groupRange(match, 1);
      if (range) emit("MAC", ...range);
    });
  },
};
