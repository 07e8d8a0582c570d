import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { countDigits, entropyOf, looksLikeDigest, looksLikeIdentifier } from "../entropy.ts";
import { ENTROPY_SECRET_PRIORITY } from "../policy.ts";

/** Bits a character. */
const ENTROPY_WITH_CUE = 3;
const ENTROPY_ALONE = 3.6;

const CUED =
  /(?<![A-Za-z0-9_.-])(?:api[ -]?keys?|access[ -]?keys?|keys?|tokens?|secrets?|credentials?|passwords?|passphrase|pwd|passcode|bearer)["'`*_]{0,2}(?: (?:is|was|of|value|to|now|used|were|are)){0,2}\s{0,2}[:=]?\s{0,2}["'`*_(<[]{0,3}([A-Za-z0-9+/_.~!@#$^*-]{8,512}={0,2})/dgi;
const ALONE = /(?<![A-Za-z0-9+/_.~@#-]|[!-~]:)[A-Za-z0-9+/_~-]{20,512}={0,2}(?![A-Za-z0-9+/_~-])/g;
/** What stands before an opaque id that must be kept. */
const ID_CUE =
  /(?:request|trace|span|correlation|transaction|event|message|build|commit|sha\d*|digest|etag|checksum|version|revision|instance|image|node|pod|job|run|deploy(?:ment)?|cluster|offset|cursor|ticket|issue|upload|execution|incident)[\w-]{0,12}(?: ids?)?["']?\s{0,2}[:=#]?\s{0,2}["']?$/i;
/** Names that clouds and orchestrators give: a kind, then an id. */
const RESOURCE =
  /^(?:[a-z]{1,10}-){1,6}[0-9a-z]{5,17}$|^(?:i|vol|snap|ami|sg|eni|vpc|subnet|rtb|igw|nat|eipalloc|lt|fs|r|pcx|tgw|vpce|acl|cgw|vgw|ssm|mi|lkc|env)-[0-9a-zA-Z]{8,20}$/;

/** Tokens that no prefix and no key gives away: by a cue word before them, or by their look alone. */
export const entropySecret: Detector = {
  name: "entropy-secret",
  detect(text, emit) {
    eachMatch(CUED, text, (match) => {
      const range = groupRange(match, 1);
      const value = (match[1] ?? "").replace(/[.!*_=&-]+$/, "");
      if (!range || value.length < 14 || countDigits(value) < 2 || !/[A-Za-z]/.test(value)) return;
      if (
        looksLikeIdentifier(value) ||
        entropyOf(value) <= ENTROPY_WITH_CUE ||
        (value.includes("/") && /^[a-z./-]+/.exec(value)?.[0].includes("/"))
      )
        return;
      emit("SECRET", range[0], range[0] + value.length, ENTROPY_SECRET_PRIORITY);
    });
    if (!/[A-Za-z0-9+/_~-]{20}/.test(text)) return;
    eachMatch(ALONE, text, (match) => {
      const value = match[0];
      if (countDigits(value) < 2 || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return;
      // A public key may be seen (RFC 4253 §6.6), and a CloudFormation id is words and a digest.
      if (/^AAAA[BCE][23]/.test(value) || looksLikeIdentifier(value.replace(/[0-9A-F]{8}$/, ""))) return;
      if (looksLikeDigest(value) || RESOURCE.test(value) || looksLikeIdentifier(value)) return;
      if (/^\d{4}-?\d\d-?\d\dT/.test(value) || entropyOf(value) <= ENTROPY_ALONE) return;
      if (ID_CUE.test(text.slice(Math.max(0, match.index - 40), match.index))) return;
      emit("SECRET", match.index, match.index + value.length, ENTROPY_SECRET_PRIORITY);
    });
  },
};
