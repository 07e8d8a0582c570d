import { SIGNATURE_HEADER, TIMESTAMP_HEADER, verifySignedRequest } from "../../../shared/signing.ts";
import { readBodyText } from "../body-text.ts";
import { onlyValue } from "../only-value.ts";
import { refuse, type Scheme } from "../scheme.ts";

/** The hosted functions' signature over method, path, timestamp and body (`shared/signing.ts`). */
export const requestSignature: Scheme = async ({ method, path, headers, rawBody }, secrets, now) => {
  const signature = onlyValue(headers, SIGNATURE_HEADER);
  if (signature === "missing") return refuse("signature-missing");
  if (signature === "duplicated") return refuse("signature-duplicated");
  const timestamp = onlyValue(headers, TIMESTAMP_HEADER);
  if (timestamp === "missing") return refuse("timestamp-missing");
  if (timestamp === "duplicated") return refuse("timestamp-duplicated");
  const body = readBodyText(rawBody);
  if (body === undefined) return refuse("body-not-text");

  const parts = { method, path, timestamp: timestamp.only, signature: signature.only, body, nowMs: now };
  // One secret at a time, to learn which one matched.
  for (const [secret, value] of secrets.entries()) {
    const verdict = await verifySignedRequest({ ...parts, secrets: [value] });
    if (verdict.ok) return { ok: true, secret };
    if (verdict.reason !== "signature-mismatch") return verdict;
  }
  return refuse("signature-mismatch");
};
