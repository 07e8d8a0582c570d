import { withoutEmphasis } from "./emphasis.ts";

/**
 * A text to search in, and where each of its characters came from. `starts[i]`/`ends[i]` are offsets in the original;
 * without them the view is the original itself.
 */
export interface View {
  text: string;
  starts?: Uint32Array;
  ends?: Uint32Array;
}

/** The original range that `[start, end)` of a view stands for. */
export function originalRange(view: View, start: number, end: number): [start: number, end: number] {
  if (!view.starts || !view.ends) return [start, end];
  return [view.starts[start] ?? start, view.ends[end - 1] ?? end];
}

/** Letters and signs that look like ASCII ones. NFKC leaves all of these alone. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ...pairs("аАвВеЕкКмМнНоОрРсСтТуУхХіІјЈѕЅһԁԛԝ", "aAbBeEkKmMhHoOpPcCtTyYxXiIjJsShdqw"),
  ...pairs("αΑβΒεΕηΗικΙΚμΜνΝοΟρΡτΤυΥχΧζΖ", "aAbBeEnHikIKuMvNoOpPtTuYxXzZ"),
  ...pairs("‐‑‒–—―−﹘", "--------"),
  ...pairs("‘’‚‛′ʼ`´“”„‟″«»", "''''''''\"\"\"\"\"\"\""),
  ...pairs("。｡․", "..."),
  ...pairs(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    " ".repeat(16),
  ),
  ...pairs("∕⁄", "//"),
]);

function pairs(from: string, to: string): [string, string][] {
  const targets = [...to];
  return [...from].map((char, index) => [char, targets[index] ?? char]);
}

/** A quoted-printable soft break inside a word (RFC 2045 §6.7, rule 5); two signs are the end of base64. */
const SOFT_BREAK = /(?<!=)=\r?\n(?=\S)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/;
/**
 * A run of plain characters, or one character with the marks that follow it; bounded, because one character may carry thousands.
 */
const CLUSTER = /[\t\n\r -<>-_a-~]+(?!\p{M})|(?<!=)=\r?\n(?=\S)|[^\p{M}]\p{M}{0,30}|\p{M}{1,30}/gsu;
const PLAIN = /^[\t\n\r -<>-_a-~]/;
const INVISIBLE = /\p{Cf}/gu;

/**
 * The text as it reads rather than as it is spelled: compatibility forms unified, invisible characters dropped, look-alikes
 * of ASCII replaced, soft line breaks joined, marks of emphasis blank.
 */
export function shadowOf(original: string): View {
  if (ASCII.test(original) && !SOFT_BREAK.test(original)) return { text: withoutEmphasis(original) };
  const builder = createViewBuilder(original.length);
  for (const { 0: cluster, index } of original.matchAll(CLUSTER)) {
    if (PLAIN.test(cluster)) {
      builder.addPlain(cluster, index);
      continue;
    }
    builder.add(
      cluster.startsWith("=") && cluster.endsWith("\n") ? "" : readAs(cluster),
      index,
      index + cluster.length,
    );
  }
  const view = builder.view();
  return { ...view, text: withoutEmphasis(view.text) };
}

/** Text of one language uses few characters; without this, normalising costs most of the time. */
const readings = new Map<string, string>();
const MAX_READINGS = 4_000;

function readAs(cluster: string): string {
  if (cluster.length === 1 && cluster < "\u0080" && cluster !== "`") return cluster;
  const known = readings.get(cluster);
  if (known !== undefined) return known;
  if (readings.size >= MAX_READINGS) readings.clear();
  const reading = normalised(cluster);
  readings.set(cluster, reading);
  return reading;
}

function normalised(cluster: string): string {
  let text = "";
  for (const char of cluster.replace(INVISIBLE, "").normalize("NFKC")) text += LOOKALIKES.get(char) ?? char;
  return text;
}

/** Collects characters of a view with their origin. */
export function createViewBuilder(sizeHint: number) {
  let parts: string[] = [];
  let length = 0;
  let starts = new Uint32Array(Math.max(16, sizeHint));
  let ends = new Uint32Array(Math.max(16, sizeHint));
  return {
    add(text: string, start: number, end: number): void {
      if (text === "") return;
      if (length + text.length > starts.length) {
        starts = grown(starts, length + text.length);
        ends = grown(ends, length + text.length);
      }
      for (let at = 0; at < text.length; at += 1) {
        starts[length] = start;
        ends[length] = end;
        length += 1;
      }
      parts.push(text);
    },
    /** Characters that stand for themselves, one each. */
    addPlain(text: string, start: number): void {
      if (length + text.length > starts.length) {
        starts = grown(starts, length + text.length);
        ends = grown(ends, length + text.length);
      }
      for (let at = 0; at < text.length; at += 1) {
        starts[length] = start + at;
        ends[length] = start + at + 1;
        length += 1;
      }
      parts.push(text);
    },
    view(): View {
      const view = { text: parts.join(""), starts: starts.subarray(0, length), ends: ends.subarray(0, length) };
      parts = [];
      return view;
    },
  };
}

function grown(from: Uint32Array<ArrayBuffer>, atLeast: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(Math.max(from.length * 2, atLeast));
  to.set(from);
  return to;
}
