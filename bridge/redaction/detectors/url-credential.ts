import { type Detector, eachMatch, groupRange } from "../detector.ts";
import { isSecretValue } from "./secret-value.ts";

const SCHEME = /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\//g;
const AUTHORITY = /[^\s"'<>`\\]{1,300}/y;
/** Parameters that open what the URL points to. */
const PARAMETER =
  /[?&#;](?:[\w.-]{0,40}(?:token|signature|apikey|api[_-]key|secret|passw(?:or)?d|pwd)|sig|hmac|auth|jwt|ticket|session(?:id)?|sid|otp|key|code|skoid|x-amz-security-token)=([^\s&#"'<>`;\\\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]{4,4096})/dgi;
/** Addresses that are secrets themselves: whoever knows one can post there. */
const WEBHOOKS = [
  /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers|commands|actions)\/([\w/-]{10,300})/dgi,
  /discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/([\w-]{20,200})/dgi,
  /\.webhook\.office\.com\/webhookb2\/([\w@/-]{20,400})/dgi,
  /hooks\.zapier\.com\/hooks\/catch\/([\w/-]{8,200})/dgi,
  /api\.telegram\.org\/bot(\d{6,12}:[\w-]{20,80})/dgi,
  /\/(?:web)?hooks?\/(?:[\w-]{1,40}\/){0,4}((?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Za-z])[\w-]{24,300})/dgi,
];

/** Credentials in URLs: user and password, tokens in parameters, webhook paths. Scheme, host and the rest of the path stay. */
export const urlCredential: Detector = {
  name: "url-credential",
  detect(text, emit) {
    if (text.includes("://")) {
      eachMatch(SCHEME, text, (match) => userInfo(text, match.index + match[0].length, emit));
    }
    eachMatch(PARAMETER, text, (match) => {
      const range = groupRange(match, 1);
      const value = match[1] ?? "";
      // `?code=500` is a status, not a grant.
      if (!range || /^\d{1,6}$/.test(value) || !isSecretValue(value, false)) return;
      if (value.length >= 8 || /\d/.test(value)) emit("URL_CRED", ...range);
    });
    if (!/hook|telegram/i.test(text)) return;
    for (const pattern of WEBHOOKS) {
      eachMatch(pattern, text, (match) => {
        const range = groupRange(match, 1);
        if (range) emit("URL_CRED", ...range);
      });
    }
  },
};

function userInfo(text: string, at: number, emit: Parameters<Detector["detect"]>[1]): void {
  AUTHORITY.lastIndex = at;
  const rest = AUTHORITY.exec(text)?.[0] ?? "";
  const end = /[/?#,]/.exec(rest)?.index ?? rest.length;
  let sign = rest.lastIndexOf("@", end);
  // A password written raw may hold the signs that end an authority.
  if (sign === -1 && /^[^/?#@:]{0,64}:(?!\d{1,5}(?:[/?#,]|$))/.test(rest)) sign = rest.indexOf("@");
  if (sign <= 0) return;
  const info = rest.slice(0, sign);
  const colon = info.indexOf(":");
  if (colon === -1) {
    // `git@`, `root@`: a user alone is no credential, a token alone is.
    if (info.length >= 14 && /\d/.test(info)) emit("URL_CRED", at, at + sign);
    return;
  }
  const password = info.slice(colon + 1);
  if (password === "" || /^(?:\$|\{\{|<|\*+$|x{3,}$)/i.test(password)) return;
  emit("URL_CRED", at, at + sign);
}
