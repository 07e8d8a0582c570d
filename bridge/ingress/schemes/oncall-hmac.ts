import { hmacEquals } from "../hmac.ts";
import { firstMatch, readSignature, type Scheme } from "../scheme.ts";
import { ONCALL_SIGNATURE_HEADER } from "./oncall-headers.ts";

/** S1, OnCall behind a relay that cannot stamp: hex HMAC-SHA256 over the raw body. Replays are caught only by dedupe. */
export const oncallHmac: Scheme = ({ headers, rawBody }, secrets) => {
  const given = readSignature(headers, ONCALL_SIGNATURE_HEADER, { text: "sha256=", demanded: false });
  if ("refused" in given) return given.refused;
  return firstMatch(secrets, (secret) => hmacEquals(secret, [rawBody], given.signature), "signature-mismatch");
};
