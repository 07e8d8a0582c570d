import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { countDigits, looksLikeIdentifier } from "../entropy.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";
import { isSecretValue } from "./secret-value.ts";

const STRONG = `(?:[A-Za-z]{0,20}[_-]?pass ?words?|passwd|passcode|pass|pwd|pw|logins?|creds?|credentials?|kennwort|passwort|mot de passe|contraseña|senha|wachtwoord|lösenord|hasło|salasana|parola)`;
/** `for the admin panel`, `of svc-orders`. */
const WHOSE = String.raw`(?: (?:for|of|to|on|in|at)(?: (?:the|our|my|this))?(?: [\w.@-]{1,40}){1,3}?)?`;
const JOINT = String.raw`(?: (?:is|was|are|were|will be)(?: (?:now|still|just|set to|always|currently))?(?: ?:)? |[ \t]{0,3}(?:->|=>|→|\|)[ \t]{0,3}|(?: (?:changed|set|reset|rotated|back))? to |["']?[ \t]{0,2}[:=][ \t]{0,3}|\t{1,3})`;
const VALUE = String.raw`["'\x60*_(<]{0,3}([^\s"'\x60<>|,;()]{4,128})`;

const SAID = new RegExp(String.raw`(?<![\p{L}\p{N}_.-])${STRONG}${WHOSE}${JOINT}${VALUE}`, "dgiu");
/** `creds: admin / <password>`, `login with ops:<password>`. */
const PAIR = new RegExp(
  String.raw`(?<![\p{L}\p{N}_-])(?:creds?|credentials?|log[ -]?in|logged in|sign in|auth(?:enticate)?)(?: (?:with|as|using|are|is|via))?[ :=]{1,3}["'\x60]?[\w.@+-]{2,64}(?: ?[/|] ?|:)${VALUE}`,
  "dgiu",
);
/** A variable's name and its value with nothing but blanks between, as Dockerfiles and tables have it. */
const BESIDE =
  /(?<![\w-])(?:ENV |ARG |set(?:x)? |export )?[A-Z][A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|PASSPHRASE)[ \t]{1,8}["']?([^\s"'=]{6,200})/dg;
const CODE =
  /(?<![A-Za-z])(?:IDENTIFIED (?:WITH \w{2,40} )?BY(?: PASSWORD)?|(?:ENCRYPTED )?PASSWORD|ConvertTo-SecureString(?: -String)?|aws_secret_access_key|set-password|(?:login [^\s]{1,64} )?password) {1,2}["']?([^\s"';]{4,200})/dgi;
const PHRASE =
  /(?<![A-Za-z])(?:pass ?phrase|seed(?: phrase)?|mnemonic|(?:recovery|secret) phrase|backup phrase)["']?(?: is| was)?\s{0,2}[:=]?\s{0,2}["']?((?:[a-z]{3,12}[ -]){3,23}[a-z0-9]{2,12})(?![\w-])/dgi;
/** Stored passwords: `$id$salt$hash` of crypt(3) and its followers. */
const CRYPT =
  /\$(?:2[abxy]?|[1567y]|apr1|sha1|md5|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,12})\$[A-Za-z0-9./$=,+-]{12,250}/g;

/** Passwords as people say them and as commands without a separator hold them. */
export const spokenSecret: Detector = {
  name: "spoken-secret",
  detect(text, emit) {
    if (text.includes("$")) {
      eachMatch(CRYPT, text, (match) =>
        emit("SECRET", match.index, match.index + match[0].length, KEYED_SECRET_PRIORITY),
      );
    }
    if (
      !/pass|pw|cred|log|auth|sign|secret|token|key|identified|seed|mnemonic|phrase|kennwort|senha|wachtwoord|lösenord|hasło|salasana|parola|contrase/i.test(
        text,
      )
    )
      return;
    for (const pattern of [SAID, PAIR, BESIDE, CODE]) {
      eachMatch(pattern, text, (match) => {
        const range = groupRange(match, 1);
        const value = trimmed(match[1] ?? "");
        if (range && isPassword(value)) emit("SECRET", range[0], range[0] + value.length, KEYED_SECRET_PRIORITY);
      });
    }
    eachMatch(PHRASE, text, (match) => {
      const range = groupRange(match, 1);
      if (range) emit("SECRET", ...range, KEYED_SECRET_PRIORITY);
    });
  },
};

const trimmed = (value: string) => value.replace(/[&;,][\w.-]{1,40}=.*$/, "").replace(/[.,:;)\]}*_\\]+$/, "");

/** A word of a sentence is none: it takes a digit beside letters, or a sign that words do not hold. */
function isPassword(value: string): boolean {
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
  if (countDigits(value) === 0)
    return value.length >= 10 && (value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? []).length >= value.length / 3;
  return !looksLikeIdentifier(value) || /^[A-Za-z]+-[A-Za-z]+-\d{2,}$|^\p{L}+\d{2,}$/u.test(value);
}
