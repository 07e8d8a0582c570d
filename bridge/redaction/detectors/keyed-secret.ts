import { type Detector, eachMatch } from "../detector.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";
import { type KeyStrength, keyStrength } from "./secret-keys.ts";
import { isOpaqueValue, isPassword, isSecretValue } from "./secret-value.ts";

/** A name, perhaps quoted, and what separates it from its value. */
const KEY =
  /(?<![\w.-])(?:--?)?_{0,2}([A-Za-z][\w.-]{0,120})((?:\[\w{1,40}\])?\\?["']?\s{0,3}(?:=>|:=|==?|:)[ \t]{0,4})/g;
/** `--password value`. */
const FLAG = /(?<![\w-])--([a-z][a-z0-9-]{2,60}) {1,3}/g;
const XML = /<([A-Za-z][\w.:-]{2,60})>([^<>\s]{3,500})<\//dg;
/** Names of authentication schemes, before the credential itself. */
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey|Api-Key|Bot|Negotiate|NTLM|OAuth|GenieKey|Splunk|SSWS|Digest|Key) {1,3}/i;
const MAX_VALUE = 4_096;

/** `key = value`, JSON, YAML, headers, `--flag value`, query parameters and XML elements. The name stays. */
export const keyedSecret: Detector = {
  name: "keyed-secret",
  detect(text, emit) {
    const report = (start: number, end: number) => {
      if (end > start) emit("SECRET", start, end, KEYED_SECRET_PRIORITY);
    };
    eachMatch(KEY, text, (match) => {
      const [whole, name = "", joint = ""] = match;
      const strength = keyStrength(name);
      // `arn:aws:secretsmanager:eu-west-1:<account>:secret:<name>` names a secret.
      if (strength === "none" || /:\d{12}:$/.test(text.slice(Math.max(0, match.index - 14), match.index)))
        return undefined;
      // What was taken out is not searched again: values inside values cost square time.
      const value = { at: match.index + whole.length, separator: text.charAt(match.index - 1) };
      return judge(text, value, strength, /=|["']/.test(joint), report);
    });
    eachMatch(FLAG, text, (match) => {
      if (keyStrength(match[1] ?? "") !== "strong") return undefined;
      return judge(text, { at: match.index + match[0].length, separator: " " }, "strong", false, report);
    });
    if (!text.includes("</")) return;
    eachMatch(XML, text, (match) => {
      const range = match.indices?.[2];
      const value = match[2] ?? "";
      if (range && keyStrength(match[1] ?? "") === "strong" && isSecretValue(value, true)) report(...range);
    });
  },
};

/** Reports the value at `at` when it is secret, and returns its end then. */
function judge(
  text: string,
  { at, separator }: { at: number; separator: string },
  strength: Exclude<KeyStrength, "none">,
  assigned: boolean,
  report: (start: number, end: number) => void,
): number | undefined {
  const value = readValue(text, at + (YAML_TAG.exec(text.slice(at, at + 40))?.[0].length ?? 0), separator);
  if (!value) return undefined;
  const words = text.slice(value.start, value.end);
  const scheme = SCHEME.exec(value.quoted ? words : text.slice(at, at + 20));
  if (scheme) {
    const from = value.start + scheme[0].length;
    const credential = value.quoted ? { start: from, end: value.end } : credentialAt(text, from);
    if (!isCredential(text.slice(credential.start, credential.end))) return undefined;
    report(credential.start, credential.end);
    return credential.end;
  }
  if (!isSecret(words, strength, assigned || value.quoted)) return undefined;
  report(value.start, value.end);
  return value.end;
}

function isSecret(words: string, strength: Exclude<KeyStrength, "none">, assigned: boolean): boolean {
  if (strength === "strong") return isSecretValue(words, assigned);
  return (strength === "fair" && isPassword(words, true)) || isOpaqueValue(words);
}

/** `!!str `, `!Ref `: says how to read what follows. */
const YAML_TAG = /^!{1,2}[\w:/.-]{1,30} /;

/** After a scheme name: not `Bearer token` or `Basic authentication`. */
const isCredential = (words: string) => words.length >= 6 && isSecretValue(words, false);

interface Value {
  start: number;
  end: number;
  quoted: boolean;
}

/** `separator`: what stands before the key. In `a,password=b,c` a comma ends the value, too. */
function readValue(text: string, at: number, separator: string): Value | undefined {
  const opening = /^\\?["'`]/.exec(text.slice(at, at + 2))?.[0];
  if (opening === undefined) {
    const { start, end } = bare(text, at);
    const next = /[,;&|]/.test(separator) ? text.slice(start, end).indexOf(separator) : -1;
    const stop = next === -1 ? end : start + next;
    return stop > start ? { start, end: stop, quoted: false } : undefined;
  }
  const start = at + opening.length;
  const limit = Math.min(text.length, start + MAX_VALUE);
  for (let end = start; end < limit; end += 1) {
    if (text.startsWith(opening, end)) return { start, end, quoted: true };
    if (text[end] === "\n") return { start, end, quoted: true };
    if (text[end] === "\\" && opening.length === 1) end += 1;
  }
  return { start, end: limit, quoted: true };
}

/** What follows a scheme is one token of base64 or URL signs (RFC 9110 §11.2): a comma or bracket behind it belongs to the text. */
function credentialAt(text: string, at: number): { start: number; end: number } {
  const { end } = bare(text, at);
  const sign = text.slice(at, end).search(/[,;()]/);
  return { start: at, end: sign === -1 ? end : at + sign };
}

const BARE = /[^\s"'`<>]{1,4096}/y;

/** An unquoted value: to the next blank or quote, without what follows it in a list, a query or a sentence. */
function bare(text: string, at: number): { start: number; end: number } {
  BARE.lastIndex = at;
  const run = BARE.exec(text)?.[0] ?? "";
  const next = /[&;,](?=[\w.[\]-]{1,60}=|$)|\\[nrt"']|(?<=[!-~])[)\]]?[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]/.exec(
    run,
  );
  const value = (next ? run.slice(0, next.index) : run).replace(/[,;)\]}\\]+$/, "");
  return { start: at, end: at + value.length };
}
