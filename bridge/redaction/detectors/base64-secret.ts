import { type Detector, eachMatch, WORD_START } from "../detector.ts";
import { card } from "./card.ts";
import { iban } from "./iban.ts";
import { ip } from "./ip.ts";
import { prefixedSecret } from "./prefixed-secret.ts";

const RUN = new RegExp(`${WORD_START}[A-Za-z0-9+/_-]{16,}={0,2}`, "g");
const PRINTABLE = /^[\x20-\x7e\s]+$/;
const TELLING =
  /[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2}|passw|secret|token|api_?key|private|credential|bearer|sk_live|sk_test|AKIA|ghp_|xox[bp]-|:[^\s:@]{4,64}@/i;
/** `user:password` of HTTP basic authentication. */
const BASIC = /^[\w.@+-]{2,64}:[\x21-\x7e]{4,128}$/;

/** Base64 that hides an address, a key name or a token. The whole run goes. */
export const base64Secret: Detector = {
  name: "base64-secret",
  detect(text, emit) {
    eachMatch(RUN, text, (match) => {
      const run = match[0];
      // An identifier of letters only is rarely base64, and decoding costs time.
      if (!/[0-9+/=_-]/.test(run) || !/[a-z]/.test(run) || !/[A-Z]/.test(run)) return;
      const plain = Buffer.from(run, "base64").toString("latin1");
      if (PRINTABLE.test(plain) && (TELLING.test(plain) || BASIC.test(plain) || holdsShape(plain))) {
        emit("SECRET", match.index, match.index + run.length);
      }
    });
  },
};

/** What must go in clear must go encoded. */
function holdsShape(plain: string): boolean {
  let found = false;
  for (const { detect } of [iban, card, ip, prefixedSecret]) {
    detect(plain, () => {
      found = true;
    });
    if (found) return true;
  }
  return false;
}
