import { type Detector, WORD_START } from "../detector.ts";

/** Base64url of `{"`, how every JSON header begins. */
const START = new RegExp(`${WORD_START}eyJ`, "g");
const RUN = /[A-Za-z0-9_.=-]*/y;
/** A terminal or mail client wrapped it: line break and margin, also as a written-out `\n`. */
const WRAP = /(?:\r?\n|\\n)[ \t>|]{0,8}/y;
const WRAPPED_AT_LEAST = 32;
const MAX_TOKEN = 65_536;

/** JSON web tokens, wrapped over lines or not. The first part must decode to a JSON object. */
export const jwt: Detector = {
  name: "jwt",
  detect(text, emit) {
    if (!text.includes("eyJ")) return;
    START.lastIndex = 0;
    for (let start = START.exec(text); start !== null; start = START.exec(text)) {
      const token = readToken(text, start.index);
      if (isToken(token.text)) emit("JWT", start.index, token.end);
      START.lastIndex = Math.max(token.end, start.index + 3);
    }
  },
};

function readToken(text: string, start: number): { text: string; end: number } {
  let end = start;
  const pieces: string[] = [];
  let length = 0;
  while (length < MAX_TOKEN) {
    RUN.lastIndex = end;
    const run = (RUN.exec(text)?.[0] ?? "").replace(/[.=]+$/, "");
    pieces.push(run);
    length += run.length;
    end += run.length;
    if (run.length < WRAPPED_AT_LEAST) break;
    WRAP.lastIndex = text[end] === "." ? end + 1 : end;
    const wrap = WRAP.exec(text);
    if (!wrap || !goesOn(text, WRAP.lastIndex)) break;
    if (text[end] === ".") pieces.push(".");
    end = WRAP.lastIndex;
  }
  return { text: pieces.join(""), end };
}

/** Whether the next line is more of the token: a long run, or a line that is one opaque word. */
function goesOn(text: string, at: number): boolean {
  RUN.lastIndex = at;
  const run = RUN.exec(text)?.[0] ?? "";
  if (run.startsWith("eyJ") && run.includes(".")) return false;
  if (run.length >= WRAPPED_AT_LEAST) return true;
  const after = text.charAt(at + run.length);
  return run.length > 0 && /^["'\s,;)]?$/.test(after) && /[0-9_-]/.test(run);
}

function isToken(token: string): boolean {
  const [first = "", second] = token.split(".", 2);
  if (second === undefined) return false;
  if (decodesToObject(first)) return true;
  // A header cut short by a log limit no longer parses; three parts that begin like one are enough.
  return token.length >= 60 && token.split(".").length >= 3;
}

function decodesToObject(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof header === "object" && header !== null;
  } catch {
    return false; // Not JSON: an answer to the question, not a failure.
  }
}
