import { hmacEquals } from "../hmac.ts";
import { firstMatch, readSignature, readTimestamp, type Scheme } from "../scheme.ts";

/**
 * S2, Grafana Alerting's own signature: hex HMAC-SHA256 over `<unix seconds>:<raw body>`. The name of the timestamp header is
 * the operator's choice in the contact point; a contact point without one signs the body alone and is refused here.
 */
export const alertingHmac =
  (timestampHeader: string): Scheme =>
  ({ headers, rawBody }, secrets, now) => {
    const given = readSignature(headers, "x-grafana-alerting-signature");
    if ("refused" in given) return given.refused;
    const time = readTimestamp(headers, timestampHeader, now);
    if ("refused" in time) return time.refused;
    const signed = [`${time.stamp}:`, rawBody];
    return firstMatch(secrets, (secret) => hmacEquals(secret, signed, given.signature), "signature-mismatch");
  };
