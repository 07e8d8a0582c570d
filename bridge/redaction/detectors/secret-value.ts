import { countDigits, entropyOf, looksLikeIdentifier } from "../entropy.ts";

/** A reference to a value, a masked one, or no value at all. */
const NO_VALUE =
  /^(?:[[(]?[A-Z_]{2,12}[_ ]\d{1,6}[\])]?$|\$\{?|%[a-z(]|\{\{|<[\w :-]{0,60}>?$|\*+$|[x•.…_-]{3,}$|\?+$|:[a-z_]+$|@[a-z_.]+$|\[?\(?(?:redacted|masked|hidden|filtered|removed|secret|snip|omitted|none|null|nil|undefined|true|false|yes|no|empty|unset|todo|tbd|n\/a|na|optional|required|string|number|bool|boolean|object|function|await|new|import|require)\b[\])]?[;,.]?$|process\.env|os\.(?:environ|getenv)|env\(|getenv|vault:|ssm:|secretsmanager:|arn:aws|file:|ref\+|valueFrom|secretKeyRef|-{1,2}[a-z])/i;

/** What is written of a secret rather than as one: `password: expired`. */
const STATE_WORD =
  /^(?:is|was|has|had|must|should|can|will|may|not|and|or|the|for|to|in|on|of|from|with|by|auth|authentication|authorization|policy|rotation|rotated|reset|resets|changed?|changes|expired|expires|expiry|expiration|missing|invalid|incorrect|wrong|disabled|enabled|denied|rejected|failed|failure|error|ok|unknown|required|revoked|leaked|exposed|found|refresh|refreshed|bucket|type|based|only|docs?|manager|store|service|protected|default|basic|bearer|digest|negotiate|token|tokens|key|keys|secret|secrets|password|passwords|count|limit|length|name|value|field|header|cookie|session|login|user|username|see|check|update|via|using|stored|valid)$/i;

/** `kmsKey`, `db.secret`, `ecs.Secret`: code that names where the value is kept. */
const REFERENCE =
  /^[A-Za-z][A-Za-z.]*(?:(?<=[a-z])|\.[A-Za-z]*)(?:Key|Secret|Token|Password|Credentials?|(?<=\.)(?:key|secret|token|password))$/;
const PLAIN_WORD = /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+)[.,;:!?)]*$/u;
const FUNCTION_CALL = /^[A-Za-z_$][\w$.]{0,60}\((?:[^)]{0,80}\))?/;

/** Whether the value of a strong key is really there. `assigned`: joined by `=` or quoted, not written after a colon in prose. */
export function isSecretValue(value: string, assigned: boolean): boolean {
  if (value.length < 3 || NO_VALUE.test(value) || FUNCTION_CALL.test(value) || STATE_WORD.test(value)) return false;
  if (/^\d{1,2}$/.test(value) || REFERENCE.test(value)) return false;
  return assigned ? true : !PLAIN_WORD.test(value);
}

/** Whether the value of a weak key looks like a secret by itself. */
export function isOpaqueValue(value: string): boolean {
  if (value.length < 10 || NO_VALUE.test(value) || FUNCTION_CALL.test(value)) return false;
  // Paths, dotted names, URLs and times are data.
  if (/^[/.~]|:\/\/|^\d{4}-\d\d-\d\d|^[\d.,:_-]+$/.test(value)) return false;
  if (!/[A-Za-z]/.test(value) || countDigits(value) < (value.length >= 16 ? 1 : 2)) return false;
  return !looksLikeIdentifier(value) && entropyOf(value) > (value.length >= 16 ? 3 : 2.8);
}

/**
 * Whether people may have made it up as a password. A word of a sentence is none: it takes a digit beside letters, or a sign that
 * words do not hold. `sure`: the word before leaves nothing else, so one digit behind a word is enough.
 */
export function isPassword(value: string, sure: boolean): boolean {
  if (value.length < 4 || !isSecretValue(value, false) || /^\[[A-Z_]+_\d/.test(value)) return false;
  if (
    /^(?:[/.~]|https?:|\d+(?:\.\d+)*(?:ms|s|m|h|d|x|k|%|gb|mb)?$|v?\d+\.\d|\d{4}-\d\d|\d{1,2}:\d\d|[\w.-]+\.(?:ya?ml|json|txt|md|conf|env|sh|py|ts|js|go|rb|java)$)/i.test(
      value,
    )
  ) {
    return false;
  }
  // `base64-encoded`, `SHA-256`, `us-east-1`, `INC-4471`: hyphenated words with a number of their own.
  if (
    /^(?:sha|md|aes|rsa|utf|base|oauth|tls|http|ipv|h|s|ec|k8s?)-?\d/i.test(value) ||
    /^[A-Z]{2,8}-\d{1,7}$/.test(value)
  )
    return false;
  if (/[!#$%^&*@+=?~]/.test(value)) return /\p{L}|\d/u.test(value);
  if (!/\p{L}/u.test(value)) return false;
  // Letters that change case at random.
  if (countDigits(value) === 0) {
    if (sure && value.length >= 8 && /[a-z][A-Z]/.test(value) && !looksLikeIdentifier(value)) return true;
    return value.length >= 10 && (value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? []).length >= value.length / 3;
  }
  if (sure && value.length >= 6 && /^[\p{L}\d]+$/u.test(value)) return true;
  return !looksLikeIdentifier(value) || /^[A-Za-z]+-[A-Za-z]+-\d{2,}$|^\p{L}+\d{2,}$/u.test(value);
}
