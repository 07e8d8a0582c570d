import { hmacEquals } from "../hmac.ts";
import { firstMatch, readSignature, readTimestamp, type Scheme } from "../scheme.ts";
import { ONCALL_SIGNATURE_HEADER, ONCALL_TIMESTAMP_HEADER } from "./oncall-headers.ts";

/** S1T, OnCall behind our relay: hex HMAC-SHA256 over `<unix seconds>:<raw body>`. Never falls back to the untimed form. */
export const oncallTimedHmac: Scheme = ({ headers, rawBody }, secrets, now) => {
  const given = readSignature(headers, ONCALL_SIGNATURE_HEADER, { text: "sha256=", demanded: false });
  if ("refused" in given) return given.refused;
  const time = readTimestamp(headers, ONCALL_TIMESTAMP_HEADER, now);
  if ("refused" in time) return time.refused;
  const signed = [`${time.stamp}:`, rawBody];
  return firstMatch(secrets, (secret) => hmacEquals(secret, signed, given.signature), "signature-mismatch");
};
