import { type Detector, eachMatch } from "../detector.ts";

const WORD = String.raw`[\p{L}\p{N}_+-]{1,40}`;
const DOT = String.raw`(?:\s{0,2}[\[({<]\s?(?:dot|punkt|point|punto|ponto|d0t|\.)\s?[\])}>]\s{0,2}|\s(?:dot|punkt|punto|ponto)\s|\.)`;
const BRACKETED_AT = String.raw`\s{0,2}[\[({<]\s?(?:at|ät|@|arroba|chez|a)\s?[\])}>]\s{0,2}`;
const NAME = `${WORD}(?:${DOT}${WORD}){0,4}`;
const DOMAIN = `${WORD}(?:${DOT}${WORD}){1,5}`;

const BRACKETED = new RegExp(String.raw`(?<![\p{L}\p{N}_.+-])${NAME}${BRACKETED_AT}${DOMAIN}`, "giu");
const SPELLED = new RegExp(String.raw`(?<![\p{L}\p{N}_.+-])${NAME}\s(?:at|arroba)\s${DOMAIN}`, "giu");
const SPACED =
  /(?<![\w.+-])[\w.+-]{1,64} {1,2}@ {1,2}[\w-]{1,63}(?: ?\. ?[\w-]{1,63}){0,3} ?\. ?[a-z]{2,12}(?![\w-])/gi;
const HALF_SPACED =
  /(?<![\w.+-])[\w.+-]{1,64}(?: {1,2}@|@ {1,2})[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[a-z]{2,12}(?![\w-])/gi;
/** `"name" + "@" + "domain"` in code of any language. */
const CONCATENATED =
  /["'`][\w.+-]{1,64}["'`]\s{0,2}[+.,&|]{1,2}\s{0,2}["'`]@(?:["'`]\s{0,2}[+.,&|]{1,2}\s{0,2}["'`])?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}["'`]/gi;
/** `name-at-host-dot-tld`, `name_at_host_dot_tld`. */
const JOINED =
  /(?<![\w.+-])[\w.+-]{1,64}?([-_])at\1(?:[a-z0-9]{1,63}[-_]){1,4}?dot\1[a-z]{2,12}(?:\1dot\1[a-z]{2,12}){0,3}(?![a-z0-9])/gi;
const SPELLED_DOT = /[\])}>\s](?:dot|punkt|point|punto|ponto)[\s[({<]/i;

/** Addresses written so that machines should not see them: `name [at] host [dot] tld`, spelled out, spaced, concatenated. */
export const spelledEmail: Detector = {
  name: "spelled-email",
  detect(text, emit) {
    const report = (match: RegExpExecArray) => emit("EMAIL", match.index, match.index + match[0].length);
    if (/[[({<]\s?(?:at|ät|@|arroba|chez|a)\s?[\])}>]/i.test(text)) eachMatch(BRACKETED, text, report);
    if (/\s(?:at|arroba)\s/i.test(text) && /\s(?:dot|punkt|punto|ponto)\s/i.test(text)) {
      eachMatch(SPELLED, text, (match) => {
        // "look at example.com" is a sentence; with a spelled dot it is an address.
        if (SPELLED_DOT.test(match[0])) report(match);
      });
    }
    if (/[-_]at[-_]/i.test(text) && /[-_]dot[-_]/i.test(text)) eachMatch(JOINED, text, report);
    if (!text.includes("@")) return;
    eachMatch(SPACED, text, report);
    eachMatch(HALF_SPACED, text, report);
    eachMatch(CONCATENATED, text, report);
  },
};
