/** The text of a body, or undefined when its bytes are not UTF-8. A byte order mark stays: it was part of what was signed. */
export function readBodyText(rawBody: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rawBody);
  } catch {
    // TypeError is the decoder's only way of saying "not UTF-8".
    return undefined;
  }
}
