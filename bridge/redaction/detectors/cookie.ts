import { type Detector, eachMatch } from "../detector.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";
import { isSecretValue } from "./secret-value.ts";

const HEADER = /(?<![\w-])(?:set-)?cookie["']?\s{0,2}[:=]\s{0,2}["']?/gi;
const PAIR = /([\w.!#$%&*+^`|~-]{1,100})=([^;\s"',]{1,4096})/g;
const ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|secure|httponly|priority|partitioned|version)$/i;
const MAX_HEADER = 8_192;

/** Cookie values in `Cookie` and `Set-Cookie`, in headers, JSON or command lines. Short plain words (`theme=dark`) stay. */
export const cookie: Detector = {
  name: "cookie",
  detect(text, emit) {
    let scannedTo = 0;
    eachMatch(HEADER, text, (match) => {
      const from = Math.max(match.index + match[0].length, scannedTo);
      const line = text.slice(from, from + MAX_HEADER);
      const end = /["'\n\r]|\\[nr"]/.exec(line)?.index ?? line.length;
      scannedTo = from + end;
      eachMatch(PAIR, line.slice(0, end), (pair) => {
        const [whole, name = "", value = ""] = pair;
        if (
          ATTRIBUTE.test(name) ||
          !isSecretValue(value, true) ||
          !(value.length >= 12 || /\d/.test(value)) ||
          value.length < 5
        )
          return;
        const stop = from + pair.index + whole.length;
        emit("SECRET", stop - value.length, stop, KEYED_SECRET_PRIORITY);
      });
    });
  },
};
