import { hmacEquals } from "../hmac.ts";
import { firstMatch, readSignature, readTimestamp, type Scheme } from "../scheme.ts";

/** S6, Slack: `v0=` + hex HMAC-SHA256 over `v0:<unix seconds>:<raw body>`. Bolt's own check lets stamps from the future pass. */
export const slackHmac: Scheme = ({ headers, rawBody }, secrets, now) => {
  const given = readSignature(headers, "x-slack-signature", { text: "v0=", demanded: true });
  if ("refused" in given) return given.refused;
  const time = readTimestamp(headers, "x-slack-request-timestamp", now);
  if ("refused" in time) return time.refused;
  const signed = [`v0:${time.stamp}:`, rawBody];
  return firstMatch(secrets, (secret) => hmacEquals(secret, signed, given.signature), "signature-mismatch");
};
