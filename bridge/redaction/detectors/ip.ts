import { isIPv6 } from "node:net";
import { type Detector, eachMatch } from "../detector.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const DOT = "(?:\\.|\\[\\.\\]|\\(\\.\\)|\\[dot\\])";
const V4 = new RegExp(
  String.raw`(?<![A-Za-z0-9.](?<!\\[nrt]))${OCTET}(?:${DOT}${OCTET}){3}(?:/(?:3[0-2]|[12]?\d)(?![\d/]))?(?![A-Za-z0-9]|\.\d)`,
  "g",
);
/** Hexadecimal groups and colons, perhaps ending in an IPv4 part, a zone and a prefix length. */
const V6 =
  /(?<![\w.]|::|\b[0-9a-fA-F]{1,4}:)[0-9a-fA-F:]{2,45}(?:\.\d{1,3}\.\d{1,3}\.\d{1,3})?(?:%[\w.-]{1,20})?(?:\/\d{1,3})?/g;

const VERSION_CUE =
  /(?:\b(?:versions?|ver|release[sd]?|build|firmware|assembly|bumped|upgraded|downgraded|tag|rev|revision)[.:= "']{1,3}(?:to |from |is )?|\bv|[A-Za-z]-v?|(?:Chrome|Chromium|Firefox|Safari|Edge?|OPR|Version|AppleWebKit|curl|nginx|Apache|openresty|CFNetwork|okhttp|SDK|agent|driver|client)\/)$/i;
const VERSION_GOES_ON = /^\s{0,2}(?:to|->|=>|→|and|or|vs\.?|\.\.|-|–)\s{0,2}$/;

/** Every IPv4 and IPv6 address but loopback and unspecified; versions with four parts stay. */
export const ip: Detector = {
  name: "ip",
  detect(text, emit) {
    let versionEnd = -1;
    eachMatch(V4, text, (match) => {
      const { 0: address, index } = match;
      const before = text.slice(Math.max(0, index - 24), index);
      const end = index + address.length;
      const isVersion =
        VERSION_CUE.test(before) ||
        (versionEnd >= 0 && index - versionEnd < 8 && VERSION_GOES_ON.test(text.slice(versionEnd, index)));
      if (isVersion && text[end] !== ":" && !address.includes("/")) versionEnd = end;
      else if (!/^(?:127\.|0\.0\.0\.0(?!\d))/.test(address)) emit("IP", index, end);
    });
    if (!text.includes(":")) return;
    eachMatch(V6, text, (match) => {
      // `エラー：2001:db8::1`: the first sign belongs to the text before.
      const glued = /^:[^:]/.test(match[0]) ? 1 : 0;
      const found = trimV6(match[0].slice(glued));
      if (found !== undefined) emit("IP", match.index + glued, match.index + glued + found.length);
    });
  },
};

/** The part of a candidate that is an address, or undefined. */
function trimV6(candidate: string): string | undefined {
  if (candidate.indexOf(":") === candidate.lastIndexOf(":")) return undefined;
  for (const text of [candidate, candidate.replace(/(?<!:):$/, ""), candidate.replace(/\/\d{1,3}$/, "")]) {
    const address = text.replace(/\/\d{1,3}$/, "").replace(/%.*$/, "");
    if (!isIPv6(address)) continue;
    // `dead::beef` may be a name in code; digits or a well-known first group make it an address.
    if (/^(?:::1?|0*(?::0*){7}|::ffff:127\..*)$/i.test(address) || !/\d/.test(address)) return undefined;
    return text;
  }
  return undefined;
}
