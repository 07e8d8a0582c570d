import { type Detector, eachMatch, WORD_START } from "../detector.ts";
import { TOKEN_SHAPES } from "./secret-prefixes.ts";

const quote = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

const BY_PREFIX = TOKEN_SHAPES.flatMap(({ prefixes, body, min }) =>
  prefixes.map((prefix) => ({
    prefix,
    // Of a prefix of two words the second one, which the token follows.
    looked: prefix.slice(prefix.lastIndexOf(" ") + 1),
    min,
    pattern: new RegExp(`${WORD_START}${quote(prefix)}${body}{${min},}`, "g"),
  })),
);

/** Tokens whose shape, not whose beginning, is documented. */
const SHAPES = [
  // `<word>_live_<token>` and its like, as many makers copy it.
  /(?<![A-Za-z0-9])[a-z]{2,12}_(?:live|prod|sandbox|secret|pat|sk)_[A-Za-z0-9]{16,}/g,
  // Telegram bot token: the bot's number, then 35 characters.
  /(?<![A-Za-z0-9])\d{8,10}:A[A-Za-z0-9_-]{34}(?![A-Za-z0-9_-])/g,
  // Discord bot token: base64 of the bot's id, a time, a signature.
  /(?<![A-Za-z0-9])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}/g,
  // HCP Terraform: `<14>.atlasv1.<60 and more>`.
  /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}/g,
  // Airtable personal token.
  /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{40,}/g,
  // Mailchimp: digest and data centre.
  /(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])/g,
  // Entra client secret: the marker `Q~` after a digit.
  /(?<![A-Za-z0-9])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{28,}/g,
];

/** No token is shorter, those that are told by their shape neither; prose has few words that long. */
const SHORTEST = Math.min(...BY_PREFIX.map(({ looked, min }) => looked.length + min));
const LONG_WORD = new RegExp(String.raw`\S{${SHORTEST},}`, "g");

/** Tokens that say by their beginning what they are. */
export const prefixedSecret: Detector = {
  name: "prefixed-secret",
  detect(text, emit) {
    const longWords = text.match(LONG_WORD)?.join(" ");
    if (longWords === undefined) return;
    for (const { prefix, looked, pattern } of BY_PREFIX) {
      if (!longWords.includes(looked)) continue;
      eachMatch(pattern, text, (match) => {
        const body = match[0].slice(prefix.length);
        if (mayBeToken(body, prefix)) emit("SECRET", match.index, match.index + match[0].length);
      });
    }
    for (const pattern of SHAPES) {
      pattern.lastIndex = 0;
      if (!pattern.test(longWords)) continue;
      eachMatch(pattern, text, (match) => emit("SECRET", match.index, match.index + match[0].length));
    }
  },
};

/** `sk-long-hyphenated-name-of-something` is a name: short prefixes are also ordinary beginnings of words. */
function mayBeToken(body: string, prefix: string): boolean {
  return /\d/.test(body) || /[a-z]/.test(body) === /[A-Z]/.test(body) || prefix.length >= 6;
}
