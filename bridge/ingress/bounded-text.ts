export const TITLE_LIMIT = 300;
export const TEXT_LIMIT = 1_000;
export const URL_LIMIT = 2_000;
const LABELS_LIMIT = 50;
const LABEL_NAME_LIMIT = 64;
const LABEL_VALUE_LIMIT = 256;

/** Control characters, halves of surrogate pairs, and the marks that make text read in another order than it is stored. */
const UNWANTED = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;
const UNWANTED_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

/** One line of at most `limit` UTF-16 units, NFC. Cut text ends in `…`. Undefined for anything but text with something in it. */
export function boundedLine(value: unknown, limit: number): string | undefined {
  if (typeof value !== "string") return undefined;
  return nonEmpty(cut(precut(value, limit).replace(/\s+/g, " ").replace(UNWANTED, "").normalize("NFC").trim(), limit));
}

/** As `boundedLine`, keeping line breaks and tabs. */
export function boundedText(value: unknown, limit: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const lines = precut(value, limit).replace(/\r\n?/g, "\n").replace(UNWANTED_BUT_LINES, "");
  return nonEmpty(cut(lines.normalize("NFC").trim(), limit));
}

/** An absolute http(s) address without credentials in it, or undefined. */
export function boundedUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > URL_LIMIT || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  return url.username === "" && url.password === "" ? url.href : undefined;
}

/** The first 50 of these pairs; later sources win where names meet. */
export function boundedLabels(...sources: readonly Readonly<Record<string, unknown>>[]): Record<string, string> {
  const labels = new Map<string, string>();
  for (const source of sources) {
    for (const [name, value] of Object.entries(source)) {
      const boundedName = boundedLine(name, LABEL_NAME_LIMIT);
      const boundedValue = boundedLine(value, LABEL_VALUE_LIMIT);
      if (boundedName === undefined || boundedValue === undefined) continue;
      if (labels.size < LABELS_LIMIT || labels.has(boundedName)) labels.set(boundedName, boundedValue);
    }
  }
  return Object.fromEntries(labels);
}

/** Bounds the work before the text is: a megabyte of title must not be normalised to keep 300 characters. */
const precut = (value: string, limit: number) => value.slice(0, limit * 4);

function cut(value: string, limit: number): string {
  if (value.length <= limit) return value;
  // Never through the middle of a character that takes two units.
  return `${value.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

const nonEmpty = (value: string) => (value === "" ? undefined : value);
