import type { Detector } from "../detector.ts";

const HEADER = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;
const FOOTER = /-{4,5} ?END [A-Z0-9 ]{0,60}-{0,5}/g;
/** A line of a key block: base64, a `Name: value` header, or blank; a written-out `\n` counts as a line end. */
const KEY_LINE =
  /^[\s|>"',+]*(?:[A-Za-z0-9+/=]{1,200}|(?:Proc-Type|DEK-Info|Comment|Version|Subject|x-[\w-]{1,40}): ?.{0,200})?[\s"',+;\\]*$/;
const BASE64_RUN = /[A-Za-z0-9+/=]{40}/;

/** PEM, OpenSSH and PGP private keys, header to footer; with the footer missing, as far as the lines look like a key. */
export const privateKey: Detector = {
  name: "private-key",
  scope: "whole",
  detect(text, emit) {
    if (!text.includes("PRIVATE KEY")) return;
    HEADER.lastIndex = 0;
    let footer = -1;
    for (let header = HEADER.exec(text); header !== null; header = HEADER.exec(text)) {
      const bodyStart = HEADER.lastIndex;
      if (footer !== Infinity && footer < bodyStart) {
        FOOTER.lastIndex = bodyStart;
        footer = FOOTER.exec(text)?.index ?? Infinity;
      }
      const nextHeader = text.indexOf("BEGIN ", bodyStart);
      const closed = footer !== Infinity && (nextHeader === -1 || footer < nextHeader);
      const end = closed
        ? endOfFooter(text, footer)
        : endOfKeyLines(text, bodyStart, nextHeader === -1 ? text.length : nextHeader);
      emit("PRIVATE_KEY", header.index, end);
      HEADER.lastIndex = end;
    }
  },
};

function endOfFooter(text: string, footer: number): number {
  FOOTER.lastIndex = footer;
  return footer + (FOOTER.exec(text)?.[0].length ?? 0);
}

function endOfKeyLines(text: string, from: number, limit: number): number {
  let end = from;
  const lines = text.slice(from, limit).split("\n");
  for (const line of lines) {
    const written = line.includes("\\n");
    const isKey = written || BASE64_RUN.test(line) || (line.length < 400 && KEY_LINE.test(line));
    if (!isKey) break;
    end += line.length + 1;
  }
  // The blanks behind the last line are no part of the key.
  return from + text.slice(from, end).trimEnd().length;
}
