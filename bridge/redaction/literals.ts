import { eachMatch } from "./detector.ts";
import { REDACTION_TYPES } from "./policy.ts";

const TYPES = [...REDACTION_TYPES, "LITERAL"].join("|");
const OPEN = String.raw`(?:\\?\[|&#91;|&lsqb;)`;
const CLOSE = String.raw`(?:\\?\]|&#93;|&rsqb;)`;

/** A placeholder in brackets, however a model writes it: any case, escaped, with the possessive inside. */
export const BRACKETED = new RegExp(
  String.raw`${OPEN}\s?(?<type>${TYPES})(?:\\?_|\s|-)?(?<n>\d{1,6})(?<own>'s)?\s?${CLOSE}`,
  "gi",
);
/** The same without brackets: only in capitals, because `host_1` is an ordinary name. */
export const BARE = new RegExp(String.raw`(?<![A-Za-z0-9_[])(?<type>${TYPES})\\?_(?<n>\d{1,6})(?![A-Za-z0-9_])`, "g");

/** Reports text that a reader of placeholders would take for one, with what to write instead. */
export function findLiterals(text: string, report: (start: number, end: number, instead: string) => void): void {
  if (!/_|\[|&#91;|&lsqb;/.test(text)) return;
  for (const pattern of [BRACKETED, BARE]) {
    eachMatch(pattern, text, (match) => {
      const { type = "", n = "" } = match.groups ?? {};
      report(match.index, match.index + match[0].length, `(${type.toUpperCase()} ${n})`);
    });
  }
}
