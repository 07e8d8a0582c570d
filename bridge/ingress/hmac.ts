import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Whether `given` is HMAC-SHA256 of the parts, one after the other. Takes the same time whatever differs. */
export function hmacEquals(secret: string, parts: readonly (string | Uint8Array)[], given: Uint8Array): boolean {
  const hmac = createHmac("sha256", secret);
  for (const part of parts) hmac.update(part);
  const expected = hmac.digest();
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Whether two texts are equal, without telling by the time taken where they differ or how long the right one is. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
