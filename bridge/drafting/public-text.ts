import { shownLength } from "../publish-gate/content.ts";

/** Control characters but line feed, and the invisible kinds that the publish gate refuses. */
const UNWANTED = /[\p{Cf}\p{Co}\p{Cs}]|(?!\n)\p{Cc}/gu;

/** Text in the form that the publish gate accepts: NFC, LF, nothing invisible, no blanks at line ends, no blank border lines. */
export function toPublicForm(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\t/g, " ")
    .replace(UNWANTED, "")
    .normalize("NFC")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "")
    .replace(/\n{3,}/g, "\n\n");
}

/** The longest beginning within `maxUnits` that ends with a sentence, else with a word and an ellipsis. */
export function fitUnits(text: string, maxUnits: number): string {
  if (shownLength(text) <= maxUnits) return text;
  let units = 1; // for the ellipsis
  let end = 0;
  for (const char of text) {
    units += shownLength(char);
    if (units > maxUnits) break;
    end += char.length;
  }
  const head = text.slice(0, end);
  const sentence = Math.max(head.lastIndexOf(". "), head.lastIndexOf(".\n"), head.lastIndexOf("! "));
  if (sentence > end / 2) return head.slice(0, sentence + 1);
  const word = head.lastIndexOf(" ");
  return `${(word > end / 2 ? head.slice(0, word) : head).trimEnd()}…`;
}
