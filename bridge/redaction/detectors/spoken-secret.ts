import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";
import { isPassword } from "./secret-value.ts";

const STRONG = `(?:[A-Za-z]{0,20}[_-]?pass ?words?|passwd|passcode|pass|pwd|pw|logins?|creds?|credentials?|kennwort|passwort|mot de passe|contraseña|senha|wachtwoord|lösenord|hasło|salasana|parola)`;
/** `for the admin panel`, `of svc-orders`. */
const WHOSE = String.raw`(?: (?:for|of|to|on|in|at)(?: (?:the|our|my|this))?(?: [\w.@-]{1,40}){1,3}?)?`;
const JOINT = String.raw`(?: (?:is|was|are|were|will be)(?: (?:now|still|just|set to|always|currently))?(?: ?:)? |[ \t]{0,3}(?:->|=>|→|\|)[ \t]{0,3}|(?: (?:changed|set|reset|rotated|back))? to |["']?[ \t]{0,2}[:=][ \t]{0,3}|\t{1,3})`;
const VALUE = String.raw`["'\x60*_(<]{0,3}([^\s"'\x60<>|,;()\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]{4,128})`;

const SAID = new RegExp(String.raw`(?<![\p{L}\p{N}_.-](?<!\\[nrt]))${STRONG}${WHOSE}${JOINT}${VALUE}`, "dgiu");
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

/** Behind one of these even a word with a single digit is the password; behind "login" it may be a host. */
const PASSWORD_WORD =
  /^[A-Za-z_-]{0,24}(?:pass|pwd|pw|kennwort|mot de|contraseña|senha|wachtwoord|lösenord|hasło|salasana|parola)/i;
/** Codes for one use and the digits on the back of a card: nothing but the word before tells them from other numbers. */
const DIGIT_CODE =
  /(?<![A-Za-z0-9](?<!\\[nrt]))(?:(?:one[ -]?time|2fa|two[ -]factor|mfa|otp|totp|verification|security|sms|pairing|unlock|backup|recovery)[ -](?:pass)?(?:codes?|pins?|passwords?)|otp|totp|cvv2?|cvc2?|cv2|pin(?:[ -]?code| number)?|passcode)["'`*]{0,2}(?: (?:is|was|of|to|now)| ?[:=#]){0,2} {0,2}["'`*]{0,2}(\d{3}(?:[ -]?\d{1,5})?)(?![\d%]|[.:,/-]\d| ?(?:ms|s|h|x|times|of|more|per|pods?|min)\b)/dgi;

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
      !/pass|pw|pin|otp|cv[vc2]|2fa|code|cred|log|auth|sign|secret|token|key|identified|seed|mnemonic|phrase|kennwort|senha|wachtwoord|lösenord|hasło|salasana|parola|contrase/i.test(
        text,
      )
    )
      return;
    for (const pattern of [SAID, PAIR, BESIDE, CODE]) {
      eachMatch(pattern, text, (match) => {
        const range = groupRange(match, 1);
        const value = trimmed(match[1] ?? "");
        if (range && isPassword(value, PASSWORD_WORD.test(match[0])))
          emit("SECRET", range[0], range[0] + value.length, KEYED_SECRET_PRIORITY);
      });
    }
    eachMatch(DIGIT_CODE, text, (match) => {
      const range = groupRange(match, 1);
      const digits = (match[1] ?? "").replace(/\D/g, "").length;
      // Three digits are the code of a card; a shorter count of anything else is no secret.
      if (range && (digits >= 4 || /^c[v2]/i.test(match[0]))) emit("SECRET", ...range, KEYED_SECRET_PRIORITY);
    });
    eachMatch(PHRASE, text, (match) => {
      const range = groupRange(match, 1);
      if (range) emit("SECRET", ...range, KEYED_SECRET_PRIORITY);
    });
  },
};

const trimmed = (value: string) => value.replace(/[&;,][\w.-]{1,40}=.*$/, "").replace(/[.,:;)\]}*_\\]+$/, "");
