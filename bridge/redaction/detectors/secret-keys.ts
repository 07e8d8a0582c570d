/**
 * `strong`: nothing but a secret is ever written there. `fair`: a password or a count (`pass=120 fail=3`), so the value must be one
 * that people make up. `weak`: often a secret (`key`, `token`), so the value must look like one.
 */
export type KeyStrength = "strong" | "fair" | "weak" | "none";

/** Endings of a key name, after separators are taken out and camel case is lowered. */
const STRONG =
  /(?:password|passwd|passphrase|passwort|passcode|contrasena|motdepasse|pwd|secret|secretkey|apikey|apitoken|authtoken|accesstoken|refreshtoken|idtoken|bearertoken|bearer|sessiontoken|securitytoken|accesskey|privatekey|signingkey|encryptionkey|masterkey|servicekey|integrationkey|subscriptionkey|routingkey|licensekey|licencekey|accountkey|sharedaccesskey|applicationkey|appkey|appsecret|clientsecret|webhooksecret|signature|authorization|credentials?|sessionid|sessid|jsessionid|phpsessid|connectsid|otp|totp|cvc|cvv|cvv2|securitycode|pincode|passkey|xapikey|secretaccesskey|dbpass|userpass|pgpass|smtppass|hmac|seedphrase|mnemonic)$/;
const FAIR = /(?:^|[^A-Za-z])(?:pass|pw|passw|psw|pswd|creds?)$/i;
const WEAK =
  /(?:token|key|sid|session|cookie|auth|sig|pass|pin|salt|nonce|csrf|xsrf|csrftoken|jwt|ticket|cred|creds|dsn)$/;

/** Keys of data, not of doors. */
const HARMLESS =
  /(?:partition|cache|primary|foreign|sort|group|object|dedup|dedupe|dedupekey|idempotency|lock|public|row|hash|index|s3|map|shard|range|message|event|issue|project|config|metric|label|tag|translation|i18n|registry|translation|query|storage|file|context|correlation|trace|span|request|continuation|page|nextpage|next|sync|cancellation|hot|short|composite|surrogate|natural|join|bucket)(?:key|token)$/;
/** Their names end like a secret's and their values are none. */
const NOT_SECRET =
  /(?:x-?amz-?credential|tokencount|maxtokens|tokentype|authtype|authmethod|keyid|keytype|keysize|secretname|secretref|secretid|secretarn)$/;

/** How sure the name of a key makes us that its value is secret. `name` as written: `X-Api-Key`, `db.password`, `clientSecret`. */
export function keyStrength(name: string): KeyStrength {
  const flat = name.toLowerCase().replace(/[^a-z0-9-]/g, "");
  const bare = flat.replaceAll("-", "");
  if (NOT_SECRET.test(flat) || HARMLESS.test(bare)) return "none";
  if (STRONG.test(bare)) return "strong";
  if (FAIR.test(splitCamel(name))) return "fair";
  if (!WEAK.test(bare)) return "none";
  // `monkey`, `keyboard=qwerty`, `turnkey`: a weak ending must be a word of its own.
  return /(?:^|[^A-Za-z]|[a-z](?=[A-Z]))(?:token|key|sid|session|cookie|auth|sig|pass|pin|salt|nonce|csrf|xsrf|jwt|ticket|cred|creds|dsn)$/i.test(
    splitCamel(name),
  )
    ? "weak"
    : "none";
}

const splitCamel = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+$/, "");
