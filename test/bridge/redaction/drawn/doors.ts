import { alnum, digits, hexOf, one, PASSWORDS, some, urlsafe, type Writer, word } from "./draw.ts";

/** Places where credentials are written besides `key=value`. */
export const doors: Writer = (f, add) => {
  const word1 = word(f);
  const p = one(f, PASSWORDS)(f).replace(/['"\\$`|]/g, "x");
  const tok = alnum(f, 28);
  const forms: readonly (readonly [string, string, string])[] = [
    [`ALTER USER app IDENTIFIED BY '${p}';`, p, "ALTER USER app"],
    [`CREATE ROLE app WITH LOGIN PASSWORD '${p}' VALID UNTIL 'infinity'`, p, "CREATE ROLE app"],
    [`Server=tcp:orders,1433;User Id=sa;Password=${p};Encrypt=true`, p, "Encrypt=true"],
    [`machine git.example.com login deploy password ${p}`, p, "git.example.com"],
    [`sshpass -p '${p}' ssh deploy@bastion uptime`, p, "uptime"],
    [`ENV ADMIN_PASSWORD ${p}`, p, "ADMIN_PASSWORD"],
    [`ARG NPM_TOKEN=${tok}`, tok, "NPM_TOKEN"],
    [`PRIVATE-TOKEN: ${tok}`, tok, "PRIVATE-TOKEN"],
    [`Ocp-Apim-Subscription-Key: ${hexOf(f, 32)}`, "", "Ocp-Apim-Subscription-Key"],
    [`X-Vault-Token: ${tok}`, tok, "X-Vault-Token"],
    [`DD-API-KEY: ${hexOf(f, 32)}`, "", "DD-API-KEY"],
    [`aws configure set aws_secret_access_key ${f.string.alphanumeric(38)}/9`, "", "aws configure"],
    [`vault kv put secret/app password=${p} ttl=1h`, p, "ttl=1h"],
    [`kubectl create secret generic db --from-literal=password=${p} -n payments`, p, "-n payments"],
    [`//npm.example.com/:_authToken=${tok}`, tok, "npm.example.com"],
    [`deploy:$2b$12$${f.string.alphanumeric(53)}`, "", "deploy"],
    [`root:$6$${f.string.alphanumeric(8)}$${f.string.alphanumeric(86)}:19000:0:99999:7:::`, "", "root"],
    [
      `otpauth://totp/Kestrel:ops?secret=${f.string.fromCharacters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)}&issuer=Kestrel`,
      "",
      "issuer=Kestrel",
    ],
    [
      `DefaultEndpointsProtocol=https;AccountName=kestrel;AccountKey=${f.string.alphanumeric(84)}2A==;EndpointSuffix=core.windows.net`,
      "",
      "AccountName=kestrel",
    ],
    [`redis-cli -a ${p} ping`, p, "ping"],
    [`redis://:${tok}@cache.example.com:6379/0`, tok, "cache.example.com"],
    [`git clone https://oauth2:${tok}@git.example.com/kestrel/api.git`, tok, "/kestrel/api.git"],
    [`const client = new Client({ apiKey: '${tok}', region: 'eu' })`, tok, "region: 'eu'"],
    [`Password: "${p}", MaxConns: 20`, p, "MaxConns: 20"],
    [`connect(host="orders", password='${p}', timeout=30)`, p, "timeout=30"],
    [`password for the ${word1} box: ${p}`, p, "box"],
    [`pw is ${p} btw, do not share`, p, "do not share"],
    [`creds: admin / ${p}`, p, "admin"],
    [`login with ops:${p} on the console`, p, "on the console"],
    [`api key for staging -> ${tok}`, tok, "staging"],
    [`new signing secret: \`${tok}\` valid until 14:00`, tok, "14:00"],
    [`{"data":{"auth":{"client_token":"${tok}","ttl":3600}}}`, tok, "3600"],
    [`Cookie: _ga=GA1.2; sessionid=${tok}; theme=dark`, tok, "theme=dark"],
    [`proxy-authorization: Basic ${Buffer.from(`a:${tok}`).toString("base64")}`, "", "proxy-authorization"],
    [`JWT_SIGNING_KEY: ${tok}`, tok, "JWT_SIGNING_KEY"],
    [`oauth_token_secret="${tok}", oauth_nonce="x"`, tok, "oauth_token_secret"],
    [`-Dcom.example.keystore.password=${p} -Xmx2g`, p, "-Xmx2g"],
    [`Write-Host; $cred = ConvertTo-SecureString "${p}" -AsPlainText -Force`, p, "-AsPlainText"],
    [`SLACK_SIGNING_SECRET: !!str ${hexOf(f, 32)}`, "", "SLACK_SIGNING_SECRET"],
    [`bearer_token_file is fine but bearer_token: ${tok} is not`, tok, "bearer_token_file is fine"],
    [`passphrase = ${word(f)} ${word(f)} ${word(f)} ${digits(f, 2)}`, "", "passphrase"],
    [`PASSWORD\t${p}\nHOST\torders`, p, "orders"],
    [`| password | ${p} |`, p, "password"],
    [`recovery codes: ${digits(f, 4)}-${digits(f, 4)}, keep safe`, "", "keep safe"],
    [
      `Telegram bot ${f.number.int({ min: 100_000_000, max: 999_999_999 })}:AA${urlsafe(f, 33)} is silent`,
      "",
      "is silent",
    ],
  ];
  for (const [text, value, keep] of some(f, forms, 12)) {
    const secret =
      value ||
      (/[A-Za-z0-9+/$.:_-]{24,}={0,2}/.exec(
        text.replace(/^[\w-]+: |.*(?:Key=|secret=|Basic |_key |deploy:|bot )/, ""),
      )?.[0] ??
        "");
    add("secret_door", text, secret === "" ? [] : [secret], [keep]);
  }
  const id = one(f, [
    [`passport no. ${f.string.alpha({ length: 2, casing: "upper" })}${digits(f, 7)}`, /\S+$/],
    [`NHS number: 943 476 ${digits(f, 4)}`, /943.*$/],
    [`CPF ${digits(f, 3)}.${digits(f, 3)}.${digits(f, 3)}-${digits(f, 2)}`, /\d.*$/],
    [`NINO AB ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)} C`, /AB.*$/],
    [`personnummer 19${digits(f, 6)}-${digits(f, 4)}`, /\d.*$/],
    [`Aadhaar 2${digits(f, 3)} ${digits(f, 4)} ${digits(f, 4)}`, /\d.*$/],
    [`BSN: ${digits(f, 9)}`, /\d+$/],
    [`driver's license number D${digits(f, 7)}`, /D\d+$/],
    [`DNI ${digits(f, 8)}K`, /\d.*$/],
    [`tax id ${digits(f, 2)}-${digits(f, 7)}`, /\d.*$/],
    [`national id: ${digits(f, 11)}`, /\d+$/],
  ] as const);
  const value = id[1].exec(id[0])?.[0] ?? "";
  add("national_id", `KYC: ${id[0]}, step 3 failed`, [value], ["step 3 failed"]);
};
