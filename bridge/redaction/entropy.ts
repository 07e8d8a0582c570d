/** Shannon entropy in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

export const countDigits = (text: string): number => text.replace(/[^0-9]/g, "").length;

/** `checkout-api-v2`, `HttpRequestTimeoutHandler`, `src/main/Config2`: made of words, whatever its entropy. */
export function looksLikeIdentifier(text: string): boolean {
  const segments = text.split(/[-_./:]+/);
  if (segments.length > 1 && segments.every((segment) => /^(?:[A-Za-z]{2,}|v?\d{1,6}|)$/.test(segment))) return true;
  const pieces = text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  const wordy = pieces
    .filter((piece) => /^(?:[A-Z]?[a-z]{3,}|[A-Z]{3,})$/.test(piece) && isPronounceable(piece))
    .join("").length;
  // Letters and digits drawn at random change kind at every second character; words do not.
  return wordy >= text.length / 2 && text.length >= pieces.length * 3;
}

const isPronounceable = (piece: string) => /[aeiouy]/i.test(piece) && !/[^aeiouy]{5}/i.test(piece);

const HEX_ONLY = /^(?:0x)?[0-9a-fA-F]+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Digests, trace ids and UUIDs: opaque, but kept unless a key names them as secret. */
export const looksLikeDigest = (text: string): boolean => HEX_ONLY.test(text) || UUID.test(text);
