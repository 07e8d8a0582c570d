import { createViewBuilder, type View } from "./shadow.ts";

/** Letters that decomposition leaves alone. */
const LETTERS: Readonly<Record<string, string>> = {
  ø: "o",
  æ: "ae",
  œ: "oe",
  ß: "ss",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ħ: "h",
  ŋ: "n",
};

/** One character as names are compared: lower case, without marks. */
function foldChar(char: string): string {
  if (char >= "a" && char <= "z") return char;
  const bare = char
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, "");
  return LETTERS[bare] ?? bare;
}

export const fold = (text: string): string => Array.from(text, foldChar).join("");

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/;

/** The folded text with the way back. For ASCII that is the lower-cased text itself. */
export function foldedView(text: string): View {
  if (ASCII.test(text)) return { text: text.toLowerCase() };
  const builder = createViewBuilder(text.length);
  let at = 0;
  for (const char of text) {
    builder.add(foldChar(char), at, at + char.length);
    at += char.length;
  }
  return builder.view();
}
