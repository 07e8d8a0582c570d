import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { looksLikeIdentifier } from "../entropy.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";

const SCHEME =
  /(?<![A-Za-z0-9])(?:Bearer|Basic|ApiKey|GenieKey|Splunk|SSWS|OAuth|Token token=?|Bot)[ :=]{1,3}["']?([A-Za-z0-9+/=_.~:-]{8,4096})/dgi;

/** `Bearer <credential>` and its like, wherever it stands. */
export const authScheme: Detector = {
  name: "auth-scheme",
  detect(text, emit) {
    eachMatch(SCHEME, text, (match) => {
      const range = groupRange(match, 1);
      const value = (match[1] ?? "").replace(/[.:]+$/, "");
      if (!range || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return;
      if (value.length < 16 && looksLikeIdentifier(value)) return;
      emit("SECRET", range[0], range[0] + value.length, KEYED_SECRET_PRIORITY);
    });
  },
};
