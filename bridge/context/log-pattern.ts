import { redact } from "../redaction/index.ts";

/** Of one line; the rest of a longer one is nothing a first message can use. */
const MAX_LENGTH = 120;
const MAX_READ = 2_000;
/** Where structured lines say what happened. The other fields are left behind: they are where personal data lives. */
const MESSAGE_FIELDS = ["msg", "message", "error", "err", "exception"];
/** Identifiers and numbers, but not those of a placeholder such as `[EMAIL_1]`. */
const VARIABLE = /\[[A-Z]+(?:_[A-Z]+)*_\d+\]|\b(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|\d+(?:\.\d+)?/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are exactly that.
const COLOURS = /\u001b\[[0-9;]*m/g;

/**
 * What a log line says, without whom it says it about: personal data and secrets taken out, then numbers and identifiers, so
 * that a thousand lines about one thing are one pattern. At most 120 characters.
 */
export function logPattern(line: string): string {
  const said = messageOf(line.slice(0, MAX_READ).toWellFormed().replace(COLOURS, "")).replace(/\s+/g, " ").trim();
  const pattern = redact(said).text.replace(VARIABLE, (found) => (found.startsWith("[") ? withoutNumber(found) : "#"));
  return pattern.length <= MAX_LENGTH ? pattern : `${pattern.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;
}

/** Each line is numbered afresh, so the numbers would tell two people from one where there are two lines. */
const withoutNumber = (placeholder: string) => placeholder.replace(/_\d+\]$/, "]");

function messageOf(line: string): string {
  if (!line.trimStart().startsWith("{")) return line;
  try {
    const fields: unknown = JSON.parse(line);
    const found = MESSAGE_FIELDS.map((name) =>
      typeof fields === "object" && fields ? Reflect.get(fields, name) : undefined,
    );
    return found.find((value) => typeof value === "string" && value.trim() !== "") ?? "(a line without a message)";
  } catch {
    // Not JSON after all, or cut: then the line is its own message.
    return line;
  }
}
