import { createViewBuilder, originalRange, type View } from "./shadow.ts";

/** Percent (whole UTF-8 characters), HTML and JavaScript escapes; written-out line ends are among them. */
const ESCAPES =
  /%[0-7][0-9A-Fa-f]|%[CDcd][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}|%[Ff][0-7](?:%[89ABab][0-9A-Fa-f]){3}|&(?:#(?:\d{1,7}|[xX][0-9A-Fa-f]{1,6})|commat|period|lowbar|lt|gt|amp|quot|apos|nbsp|lsqb|rsqb|hyphen|colon|sol|plus);|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[nrt]/g;

const NAMED: Readonly<Record<string, string>> = {
  commat: "@",
  period: ".",
  lowbar: "_",
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  lsqb: "[",
  rsqb: "]",
  hyphen: "-",
  colon: ":",
  sol: "/",
  plus: "+",
};

const BLANKS: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\t": "\t" };

/** The lines that hold escapes, with those decoded, or undefined when no line does. */
export function decodedView(source: View): View | undefined {
  const { text } = source;
  ESCAPES.lastIndex = 0;
  if (!ESCAPES.test(text)) return undefined;
  const builder = createViewBuilder(text.length);
  const copy = (from: number, to: number) => {
    for (let at = from; at < to; at += 1) builder.add(text.charAt(at), ...originalRange(source, at, at + 1));
  };
  let done = 0;
  let lineEnds = 0;
  ESCAPES.lastIndex = 0;
  for (const { 0: escaped, index } of text.matchAll(ESCAPES)) {
    if (lineEnds <= index) {
      // The lines between were read as they are. Done once a line: one line may hold thousands of escapes.
      copy(done, lineEnds);
      done = Math.max(lineEnds, text.lastIndexOf("\n", index) + 1);
      lineEnds = lineEnd(text, index);
    }
    copy(done, index);
    done = index + escaped.length;
    const plain = decode(escaped);
    if (plain === undefined) copy(index, done);
    else builder.add(plain, ...originalRange(source, index, done));
  }
  copy(done, lineEnds);
  return builder.view();
}

/** Behind the line feed of the line that `at` lies in. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

/** Undefined for what is no character: it stays as it is written. */
function decode(escaped: string): string | undefined {
  if (escaped.startsWith("%")) {
    const bytes = Buffer.from(escaped.replaceAll("%", ""), "hex");
    const text = bytes.toString("utf8");
    return text.includes("\ufffd") ? undefined : text;
  }
  const blank = BLANKS[escaped];
  if (blank !== undefined) return blank;
  if (escaped.startsWith("\\")) return codePoint(Number.parseInt(escaped.slice(2), 16));
  const name = escaped.slice(1, -1);
  if (!name.startsWith("#")) return NAMED[name];
  const hex = /^#x/i.test(name);
  return codePoint(Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10));
}

function codePoint(code: number): string | undefined {
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
}
