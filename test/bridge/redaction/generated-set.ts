import { createHash } from "node:crypto";
import { allFakers, type Faker } from "@faker-js/faker";
import type { DevCase } from "./dev-set.ts";

/**
 * Cases nobody wrote a rule for: values drawn from a seed, put into the texts that rooms about incidents are full of. The same seed
 * gives the same cases; another seed gives others.
 */
export function generatedCases(seed: number, rounds = 12): DevCase[] {
  const cases: DevCase[] = [];
  const { en } = allFakers;
  en.seed(seed);
  const add = (category: string, text: string, must_remove: string[], must_keep: string[] = [], more = {}) => {
    cases.push({ id: `gen-${cases.length + 1}`, category, text, must_remove, must_keep, ...more });
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const write of WRITERS) write(en, add, allFakers[LOCALES[round % LOCALES.length] ?? "en"]);
  }
  return cases;
}

type Add = (category: string, text: string, must_remove: string[], must_keep?: string[], more?: object) => void;
type Writer = (f: Faker, add: Add, local: Faker) => void;

const LOCALES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "sv",
  "nb_NO",
  "da",
  "fi",
  "pl",
  "cs_CZ",
  "pt_BR",
  "tr",
  "en_IN",
  "en_NG",
  "id_ID",
  "ru",
  "uk",
  "hu",
  "ro",
  "en_ZA",
  "vi",
  "hr",
] as const;

/** Names that stand in no list of the generator, so that the lists are not measured against themselves. */
const UNLISTED =
  "Oluwadamilola Akinfenwa|Thandeka Mabuza|Siobhan O'Rafferty|Caoimhe Gallagher|Ngozi Eze-Okoro|Wanjiru Kamau|Tewodros Haile|Aroha Ngata|Kealoha Kahananui|Ines Figueiredo|Zsofia Kerekes|Ragnheidur Jonsdottir|Sunniva Halvorsen|Eilidh MacAskill|Rhys Penhaligon|Xochitl Barrientos|Itzel Quispe|Yevheniia Marchuk|Agnieszka Wrzesniewska|Bartlomiej Szymczyk|Jedrzej Kubiak|Dimitra Papanikolaou|Aikaterini Stavrou|Levan Gelashvili|Nino Beridze|Hovhannes Petrosyan|Aigerim Nurlanova|Farrukh Tashkentov|Parisa Khorramshahi|Behrouz Alavi|Yousef Al-Mansouri|Fatima Zahra Benali|Chukwuemeka Obi|Kwabena Owusu-Ansah|Sibusiso Dlamini|Lerato Mokoena|Nguyen Thi Hanh|Tran Quoc Bao|Pham Minh Chau|Somchai Wattanakul|Wiroj Prasertkul|Haruka Nishimura|Takeshi Moriyama|Ji-woo Hwang|Seo-yeon Bae|Xiaoming Huang|Yuchen Lin|Meiling Tsai|Rajeshwari Subramaniam|Venkatesh Ranganathan|Harpreet Sidhu|Gurmeet Dhaliwal|Tashi Namgyal|Sangeeta Bhattacharya|Mehwish Qureshi|Zainab Chaudhry|Kofi Mensah|Amadou Diallo".split(
    "|",
  );

const hexOf = (f: Faker, length: number) => f.string.hexadecimal({ length, casing: "lower", prefix: "" });
const alnum = (f: Faker, length: number) => `${f.string.alphanumeric(length - 3)}${f.string.numeric(2)}k`;
const urlsafe = (f: Faker, length: number) =>
  `${f.string.fromCharacters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", length - 3)}7Q2`;
const one = <T>(f: Faker, list: readonly T[]): T => f.helpers.arrayElement(list as T[]);
const digits = (f: Faker, length: number) => f.string.numeric({ length, allowLeadingZeros: true });
const word = (f: Faker) =>
  f.word
    .noun()
    .toLowerCase()
    .replace(/[^a-z]/g, "");
const time = (f: Faker) => f.date.recent().toISOString();

const COMPANY_DOMAINS = ["co.uk", "de", "io", "com", "com.br", "dev", "fr", "health", "ng", "co.jp", "cloud", "org"];
const domainOf = (f: Faker) => `${word(f)}${one(f, ["", "-", ""])}${word(f)}.${one(f, COMPANY_DOMAINS)}`;
const ascii = (text: string) =>
  text
    .normalize("NFD")
    .replace(/[^A-Za-z0-9 ]/g, "")
    .toLowerCase();

function mailOf(f: Faker): string {
  const first = ascii(f.person.firstName()) || "kim";
  const last = ascii(f.person.lastName()).replace(/ /g, "") || "ode";
  const local = one(f, [
    `${first}.${last}`,
    `${first.charAt(0)}${last}`,
    `${last}${digits(f, 2)}`,
    `${first}+alerts`,
    `${first}_${last}`,
  ]);
  return `${local.replace(/ /g, "")}@${one(f, ["", "", "mail.", "eu."])}${domainOf(f)}`;
}

const emails: Writer = (f, add) => {
  const mail = () => mailOf(f);
  let a = mail();
  add("email", `Customer ${a} gets HTTP 502 since 09:41 UTC on checkout`, [a], ["HTTP 502", "09:41 UTC"]);
  a = mail();
  add("email", `{"level":"error","user_email":"${a}","status":503,"took_ms":1290}`, [a], ["503", "1290", "error"]);
  a = mail();
  add("email", `${time(f)} WARN smtp: 550 mailbox <${a}> unavailable, retry 3/5`, [a], ["550", "retry 3/5"]);
  a = mail();
  add(
    "email",
    `mailto:${a}?subject=refund and /login?user=${encodeURIComponent(a)}&step=2 failed`,
    [a, encodeURIComponent(a)],
    ["step=2"],
  );
  a = mail();
  const [local = "", domain = ""] = a.split("@");
  const dotted = domain.replaceAll(".", one(f, [" [dot] ", "[dot]", " (dot) "]));
  add(
    "email_obf",
    `reach them at ${local} ${one(f, ["[at]", "(at)", "{at}"])} ${dotted} please`,
    [local, domain.split(".")[0] ?? ""],
    ["please"],
  );
  a = mail();
  const html = a.replace("@", one(f, ["&#64;", "&#x40;", "&commat;", "\\u0040"]));
  add("email_obf", `Subject: refund, from ${html}; ticket INC-4471`, [html], ["INC-4471"]);
  a = mail();
  const lookalike = a.replace("@", "\u200b@").replace(/o/, "о").replace(/e/, "е");
  add("email_obf", `the form rejects ${lookalike} with code E1042`, [lookalike], ["E1042"]);
  a = mail();
  const wide = [...a]
    .map((char) => (char >= "!" && char <= "~" ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char))
    .join("");
  add("email_obf", `reported by ${wide} at 10:12`, [wide], ["10:12"]);
  a = mail();
  const cut = a.slice(0, 6);
  add("email_obf", `X-Original-To: ${cut}=\n${a.slice(6)}\nX-Loop: 1`, [a.slice(6)], ["X-Loop: 1"]);
  a = mail();
  const b64 = Buffer.from(JSON.stringify({ email: a, plan: "pro" })).toString("base64");
  add("email_obf", `state=${b64} returned 400 Bad Request`, [b64], ["400 Bad Request"]);
};

const PHONES: readonly ((f: Faker) => string)[] = [
  (f) => `+1 ${digits(f, 1).replace(/[01]/, "4")}15 555 0${digits(f, 3)}`,
  (f) => `+1-${one(f, ["212", "646", "720", "503"])}-555-0${digits(f, 3)}`,
  (f) => `(${one(f, ["212", "646", "720", "503"])}) 555-0${digits(f, 3)}`,
  (f) => `${one(f, ["212", "646", "720"])}.555.0${digits(f, 3)}`,
  (f) => `+44 20 7946 0${digits(f, 3)}`,
  (f) => `+44 (0)161 496 0${digits(f, 3)}`,
  (f) => `+447700900${digits(f, 3)}`,
  (f) => `+49 30 ${digits(f, 4)}${digits(f, 4)}`,
  (f) => `+49 (0) 171 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `0049 89 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+33 6 ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)}`,
  (f) => `+34 6${digits(f, 2)} ${digits(f, 3)} ${digits(f, 3)}`,
  (f) => `+39 06 ${digits(f, 4)} ${digits(f, 4)}`,
  (f) => `+31 6 ${digits(f, 8)}`,
  (f) => `+46 70 ${digits(f, 3)} ${digits(f, 2)} ${digits(f, 2)}`,
  (f) => `+47 ${digits(f, 3)} ${digits(f, 2)} ${digits(f, 3)}`,
  (f) => `+91 98${digits(f, 3)} ${digits(f, 5)}`,
  (f) => `+81-3-${digits(f, 4)}-${digits(f, 4)}`,
  (f) => `+86 138 ${digits(f, 4)} ${digits(f, 4)}`,
  (f) => `+55 (11) 9${digits(f, 4)}-${digits(f, 4)}`,
  (f) => `+52 55 ${digits(f, 4)} ${digits(f, 4)}`,
  (f) => `+61 4${digits(f, 2)} ${digits(f, 3)} ${digits(f, 3)}`,
  (f) => `+254 7${digits(f, 2)} ${digits(f, 6)}`,
  (f) => `+971 50 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+48 ${digits(f, 3)}-${digits(f, 3)}-${digits(f, 3)}`,
  (f) => `+7 (495) ${digits(f, 3)}-${digits(f, 2)}-${digits(f, 2)}`,
  (f) => `+380 67 ${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+90 532 ${digits(f, 3)} ${digits(f, 2)} ${digits(f, 2)}`,
  (f) => `+65 ${one(f, ["8", "9"])}${digits(f, 3)} ${digits(f, 4)}`,
  (f) => `+972-54-${digits(f, 3)}-${digits(f, 4)}`,
  (f) => `011 44 20 7946 0${digits(f, 3)}`,
];
const phones: Writer = (f, add) => {
  for (const make of f.helpers.arrayElements(PHONES as ((f: Faker) => string)[], 10)) {
    const p = make(f);
    const [text, keep] = one(f, [
      [`customer called from ${p} at 14:05, error E2210`, "14:05"],
      [`{"phone": "${p}", "otp_attempts": 5, "latency_ms": 4012}`, "4012"],
      [`SMS to ${p} failed with carrier code 30007`, "30007"],
      [`tel: ${p} (ask for billing, case 88121)`, "88121"],
      [`ring ${p} before 17:30 please`, "17:30"],
      [`phone=${p} status=undelivered`, "status=undelivered"],
    ] as const);
    add("phone", text, [p], [keep]);
  }
  const national: readonly [string, string][] = [
    [`Handy 0171 ${digits(f, 7)}`, ""],
    [`mobile 07${digits(f, 3)} ${digits(f, 6)}`, ""],
    [`tel. 01 ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)} ${digits(f, 2)}`, ""],
    [`cell ${one(f, ["617", "303"])} 555 0${digits(f, 3)}`, ""],
    [`Telefon: 08${digits(f, 1)}/${digits(f, 7)}`, ""],
    [`msisdn=4479${digits(f, 8)}`, ""],
  ];
  const [cue] = one(f, national);
  const value = cue.replace(/^[^\d]+/, "");
  add("phone", `${cue} is the only contact we have`, [value], ["is the only contact"]);
};

const network: Writer = (f, add) => {
  const v4 = () =>
    `${f.number.int({ min: 11, max: 223 })}.${f.internet.ipv4().split(".").slice(1).join(".")}`.replace(
      /^127\./,
      "28.",
    );
  let ip = v4();
  add("ip", `dial tcp ${ip}:5432: i/o timeout after 30s`, [ip], ["5432", "30s"]);
  ip = v4();
  add("ip", `${ip} - - [12/Mar/2026:10:11:12 +0000] "GET /v2/orders HTTP/1.1" 504 167`, [ip], ["/v2/orders", "504"]);
  ip = v4();
  add(
    "ip",
    `block ${ip.replaceAll(".", "[.]")} and ${ip.replace(/\.\d+$/, ".0/24")} at the edge`,
    [ip.replaceAll(".", "[.]"), ip.replace(/\.\d+$/, ".0/24")],
    ["at the edge"],
  );
  ip = v4();
  add("ip", `X-Forwarded-For: ${ip}, ${v4()}`, [ip]);
  ip = v4();
  add("ip", `node_load1{instance="${ip}:9100",job="node"} 14.2`, [ip], ["9100", "14.2"]);
  const v6 = f.internet.ipv6();
  add("ip", `connect to [${v6}]:443 refused`, [v6], ["443"]);
  const short = `2a0${digits(f, 1)}:${hexOf(f, 3)}b:${hexOf(f, 2)}::${one(f, ["1", "a7", `${hexOf(f, 3)}f`])}`;
  add("ip", `peer ${short} dropped, prefix ${short.replace(/::.*/, "::/48")}`, [short, short.replace(/::.*/, "::/48")]);
  const zone = `fe80::${hexOf(f, 4)}:${hexOf(f, 3)}1:fe${hexOf(f, 2)}:${hexOf(f, 4)}%eth0`;
  add("ip", `neighbour ${zone} is stale`, [zone.replace("%eth0", "")]);
  add("ip", `mapped ::ffff:${v4()} seen`, [], []);
  const mac = f.internet.mac();
  add("mac", `dhcp lease for ${mac} expired, reason=7`, [mac], ["reason=7"]);
  const upper = f.internet.mac({ separator: "-" }).toUpperCase().replace(/^../, "A4");
  add("mac", `wlan deauth ${upper} rssi=-71`, [upper], ["rssi=-71"]);
  const cisco = `${hexOf(f, 3)}a.${hexOf(f, 4)}.${hexOf(f, 3)}d`;
  add("mac", `port Gi1/0/12 learned ${cisco} twice`, [cisco], ["Gi1/0/12"]);
  const host = `${word(f)}-${one(f, ["db", "api", "cache", "mq", "etl"])}${digits(f, 2)}`;
  const inner = one(f, [
    `${host}.prod.internal`,
    `${host}.eu-west.corp.${domainOf(f)}`,
    `${host}.mgmt.${domainOf(f)}`,
    `${host}.lan`,
    `${host}.service.consul`,
    `${host}.payments.svc.cluster.local`,
    `${host}.int.${domainOf(f)}`,
    `${host}.intranet`,
    `${host}.priv.${domainOf(f)}`,
    `ip-10-${digits(f, 2)}-${digits(f, 2)}-7.eu-west-1.compute.internal`,
    `${word(f)}.c${alnum(f, 9).toLowerCase()}.eu-west-1.rds.amazonaws.com`,
    `${word(f)}.${alnum(f, 6).toLowerCase()}.0001.use1.cache.amazonaws.com`,
  ]);
  add(
    "host",
    one(f, [
      `replica lag on ${inner} is 340s`,
      `ssh ${inner}: banner timeout (30s)`,
      `ENOTFOUND ${inner}:6379 340s 30s`,
      `jdbc:postgresql://${inner}:5432/orders 340s 30s`,
    ]),
    [inner],
  );
  const account = `${f.number.int({ min: 1, max: 9 })}${digits(f, 11)}`;
  const [text, keep] = one(f, [
    [`arn:aws:iam::${account}:role/deployer is not authorized`, "role/deployer"],
    [`${account}.dkr.ecr.eu-west-1.amazonaws.com/api:v3.2.1 ImagePullBackOff`, "v3.2.1"],
    [`https://sqs.us-east-1.amazonaws.com/${account}/orders-dlq has 4120 messages`, "4120"],
    [`AWS account ${account} hit the vCPU quota`, "vCPU quota"],
    [`aws_account_id = "${account}" region = "eu-west-1"`, "eu-west-1"],
    [`arn:aws:sns:eu-central-1:${account}:pager`, "eu-central-1"],
    [`assumed-role in acct ${account.slice(0, 4)}-${account.slice(4, 8)}-${account.slice(8)} denied`, "denied"],
  ] as const);
  const value = /\d{4}-\d{4}-\d{4}/.exec(text)?.[0] ?? account;
  add("aws", text, [value], [keep]);
};

/** Makers with a documented prefix, and some whose tokens only look like one. */
const TOKENS: readonly ((f: Faker) => string)[] = [
  (f) => `ghp_${alnum(f, 36)}`,
  (f) => `github_pat_${alnum(f, 22)}_${alnum(f, 59)}`,
  (f) => `glpat-${urlsafe(f, 20)}`,
  (f) => `xoxb-${digits(f, 12)}-${digits(f, 12)}-${alnum(f, 24)}`,
  (f) => `sk_live_${alnum(f, 24)}`,
  (f) => `AKIA${f.string.alphanumeric({ length: 16, casing: "upper" })}`,
  (f) => `AIza${urlsafe(f, 35)}`,
  (f) => `lin_api_${alnum(f, 40)}`,
  (f) => `glsa_${alnum(f, 32)}_${hexOf(f, 8)}`,
  (f) => `hvs.${urlsafe(f, 90)}`,
  (f) => `npm_${alnum(f, 36)}`,
  (f) => `dop_v1_${hexOf(f, 64)}`,
  (f) => `SG.${urlsafe(f, 22)}.${urlsafe(f, 43)}`,
  (f) => `sk-ant-api03-${urlsafe(f, 90)}`,
  (f) => `sk-proj-${urlsafe(f, 48)}`,
  (f) => `shpat_${hexOf(f, 32)}`,
  (f) => `NRAK-${f.string.alphanumeric({ length: 27, casing: "upper" })}`,
  (f) =>
    `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ sub: alnum(f, 8), n: 1 })).toString("base64url")}.${urlsafe(f, 43)}`,
  (f) => `${word(f).slice(0, 6)}_live_${alnum(f, 32)}`,
  (f) => `${word(f).slice(0, 4)}_pat_${alnum(f, 32)}`,
  (f) => `${word(f).slice(0, 5)}-sk-${alnum(f, 40)}`,
  (f) => `${word(f).slice(0, 5)}_sk_${alnum(f, 28)}`,
  (f) => `${word(f).slice(0, 3)}k_${alnum(f, 40)}`,
  (f) => `${word(f).slice(0, 4)}_api_${alnum(f, 36)}`,
  (f) => `${word(f).slice(0, 4)}_tok_${alnum(f, 36)}`,
  (f) => `${word(f).slice(0, 6)}-key-${alnum(f, 36)}`,
  (f) => alnum(f, 40),
  (f) => urlsafe(f, 43),
  (f) => `${f.string.alphanumeric(30)}+/4${f.string.alphanumeric(10)}9==`,
];
const secrets: Writer = (f, add) => {
  for (const make of f.helpers.arrayElements(TOKENS as ((f: Faker) => string)[], 9)) {
    const t = make(f);
    const [text, keep] = one(f, [
      [`found ${t} in build log 5512, rotate it`, "build log 5512"],
      [`curl -H "Authorization: Bearer ${t}" https://api.example.com/v1/orders -> 401`, "/v1/orders"],
      [`the token ${t} was pasted here by mistake at 10:41`, "10:41"],
      [`env: SERVICE_TOKEN=${t} DEBUG=1`, "DEBUG=1"],
      [`{"api_key":"${t}","region":"eu-west-1"}`, "eu-west-1"],
      [`client = Client("${t}", timeout=30)`, "timeout=30"],
    ] as const);
    add("secret", text, [t], [keep]);
  }
};

const PASSWORDS: readonly ((f: Faker) => string)[] = [
  (f) => `${word(f)}${digits(f, 3)}!`,
  (f) => f.internet.password({ length: 14 }),
  (f) => `${f.word.adjective().replace(/[^a-z]/gi, "")}-${word(f)}-${digits(f, 2)}`,
  (f) => `${word(f).charAt(0).toUpperCase()}${word(f)}#${digits(f, 4)}`,
  (f) => `${alnum(f, 12)}`,
];
const keyed: Writer = (f, add) => {
  for (let n = 0; n < 7; n += 1) {
    const p = one(f, PASSWORDS)(f);
    const [text, keep] = one(f, [
      [`DB_PASSWORD=${p}\nDB_HOST=orders`, "DB_PASSWORD"],
      [`database:\n  user: app\n  password: "${p}"\n  pool: 20`, "pool: 20"],
      [`{"username":"svc","password":"${p}","retries":3}`, "retries"],
      [`mysql -u root -p${p} orders`, "orders"],
      [`helm upgrade api ./chart --set db.password=${p} --wait`, "--wait"],
      [`psql "host=db1 user=app password=${p} dbname=orders"`, "dbname=orders"],
      [`X-Api-Key: ${alnum(f, 24)}${p}`, "X-Api-Key"],
      [`--admin-password ${p} --region eu-west-1`, "eu-west-1"],
      [`POST /login?user=app&password=${p}&next=%2Fhome 401`, "401"],
      [`export PGPASSWORD='${p}' && pg_dump orders`, "pg_dump orders"],
      [`spring.datasource.password=${p}`, "spring.datasource.password"],
      [`the password is ${p} for the admin panel`, "admin panel"],
      [`<password>${p}</password><retries>3</retries>`, "retries"],
      [`curl -u admin:${p} https://api.example.com/health`, "/health"],
      [`"client_secret" => "${p}", "scope" => "read"`, "read"],
      [`set-cookie: session=${alnum(f, 20)}${p.replace(/[^\w]/g, "")}; Path=/; HttpOnly`, "HttpOnly"],
      [`Authorization: Basic ${Buffer.from(`svc:${p}`).toString("base64")}`, "Authorization"],
    ] as const);
    const sent =
      /Basic (\S+)/.exec(text)?.[1] ?? /X-Api-Key: (\S+)/.exec(text)?.[1] ?? /session=([^;]+)/.exec(text)?.[1] ?? p;
    add("secret_kv", text, [sent], [keep]);
  }
  const body = Array.from({ length: 6 }, () => `${f.string.alphanumeric(62)}A=`.slice(0, 64)).join("\n");
  const kind = one(f, ["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]);
  add(
    "secret_wrap",
    `pod env dump:\n-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\nexit code 137`,
    body.split("\n"),
    ["exit code 137"],
  );
  const p = f.string.alphanumeric(18);
  const scheme = one(f, ["postgres", "amqp", "redis", "mongodb+srv", "https", "mysql"]);
  add(
    "url_cred",
    `${scheme}://app:${p}@orders.example.com:5432/orders?ssl=1 refused`,
    [p],
    ["orders.example.com", "ssl=1"],
  );
  const t = alnum(f, 32);
  add(
    "url_cred",
    `https://${t}@git.example.com/kestrel/api.git fetch failed`,
    [t],
    ["git.example.com/kestrel/api.git"],
  );
  const sig = hexOf(f, 64);
  add(
    "url_cred",
    `https://files.example.com/report.csv?X-Amz-Expires=900&X-Amz-Signature=${sig} 403`,
    [sig],
    ["report.csv", "403"],
  );
  const hook = `T0${f.string.alphanumeric({ length: 8, casing: "upper" })}/B0${f.string.alphanumeric({ length: 8, casing: "upper" })}/${alnum(f, 24)}`;
  add("url_cred", `posting to https://hooks.slack.com/services/${hook} returned 410`, [hook], ["410"]);
};

/** Places where credentials are written besides `key=value`. */
const doors: Writer = (f, add) => {
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
  for (const [text, value, keep] of f.helpers.arrayElements(forms as (readonly [string, string, string])[], 12)) {
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

/** The same kinds of values in spellings that only people and mail programs think of. */
const spellings: Writer = (f, add) => {
  const phone = `+44 20 7946 0${digits(f, 3)}`;
  const odd = one(f, [
    phone.replaceAll(" ", "\u00a0"),
    phone.replaceAll(" ", "\u2011"),
    phone.replace("+", "＋"),
    phone.replaceAll(" ", " - "),
  ]);
  add("phone", `call me: ${odd} thanks`, [odd], ["thanks"]);
  const bare = `4${digits(f, 1)}77009${digits(f, 5)}`;
  add(
    "phone",
    one(f, [`"mobile_number":"${bare}","tries":3`, `phone_no=${bare} tries=3`, `contactNumber: ${bare}, tries: 3`]),
    [bare],
    ["tries"],
  );
  const v6 = f.internet.ipv6().toUpperCase();
  add(
    "ip",
    one(f, [
      `src=${v6} dport=443`,
      `"remote_addr":"${v6}","port":443`,
      `from ${v6}%2 to port 443`,
      `client [${v6}]:51820 -> 443`,
    ]),
    [v6],
    ["443"],
  );
  const v4 = `10.${f.number.int({ min: 2, max: 250 })}.${f.number.int({ min: 2, max: 250 })}.${f.number.int({ min: 2, max: 250 })}`;
  add(
    "ip",
    one(f, [
      `remote_addr=${v4} upstream=1`,
      `inet ${v4}/20 brd upstream=1`,
      `(${v4}) upstream=1`,
      `"${v4}" upstream=1`,
      `<${v4}> upstream=1`,
      `${v4}->10.0.0.1 upstream=1`,
      `https://${v4}/upstream=1`,
      `host-${word(f)}/${v4}:8080 upstream=1`,
      `ping ${v4}, upstream=1`,
      `${v4}\tupstream=1`,
    ]),
    [v4],
    ["upstream=1"],
  );
  const name = `${word(f)}${digits(f, 2)}.${word(f)}`;
  const host = one(f, [
    `${name}.INTERNAL`,
    `${name}.corp`,
    `${name}.home.arpa`,
    `${name}.cluster.local`,
    `${name}.svc`,
    `vault.${word(f)}.private`,
    `${word(f)}_cache.prod.internal`,
  ]);
  add(
    "host",
    one(f, [
      `curl https://${host}:8443/health -> 000`,
      `lookup ${host} on 127.0.0.53:53: no such host`,
      `"host": "${host}"`,
      `@${host}: Permission denied`,
      `nc -vz ${host} 5432`,
    ]),
    [host],
  );
  const mail = mailOf(f);
  const [local = "", domain = ""] = mail.split("@");
  const spelled = one(f, [
    `${local} at ${domain.replaceAll(".", " dot ")}`,
    `${local} @ ${domain}`,
    `${local}%40${domain}`,
    `${local}\\u0040${domain}`,
    `"${local}"@${domain}`,
    `${local}@${domain.replaceAll(".", "。")}`,
    `${local}＠${domain}`,
    `${local.split("").join("\u200d")}@${domain}`,
  ]);
  add("email_obf", `please write to ${spelled} about refund 7781`, [spelled], ["7781"]);
  const card = luhn(`4${digits(f, 14)}`);
  add(
    "card",
    one(f, [
      `card ${card.slice(0, 4)}\u00a0${card.slice(4, 8)}\u00a0${card.slice(8, 12)}\u00a0${card.slice(12)} gate=2`,
      `card_number=${card}&gate=2`,
      `PAN:${card};gate=2`,
    ]),
    [card.slice(0, 4) + (card.length > 0 ? "" : "")].slice(0, 0).concat([card.slice(8, 12)]),
    ["gate=2"],
  );
  const account = digits(f, 12).replace(/^0/, "5");
  add(
    "aws",
    one(f, [
      `${account} (AWS account) is over quota 77`,
      `accounts: [${account}] is over quota 77`,
      `AWS: ${account} is over quota 77`,
      `s3://kestrel-logs-${account}-eu/ is over quota 77`,
      `arn:aws-us-gov:s3:::x arn:aws:lambda:eu-west-1:${account}:function:f is over quota 77`,
    ]),
    [account],
    ["quota 77"],
  );
};

const luhn = (body: string) => {
  const sum = [...body].reverse().reduce((total, char, at) => {
    const digit = Number(char) * (at % 2 === 0 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};
const money: Writer = (f, add) => {
  const number = luhn(
    one(f, [
      `4${digits(f, 14)}`,
      `5${one(f, ["1", "3", "5"])}${digits(f, 13)}`,
      `2221${digits(f, 11)}`,
      `6011${digits(f, 11)}`,
      `3528${digits(f, 11)}`,
    ]),
  );
  const shown = one(f, [number, number.replace(/(\d{4})(?=\d)/g, "$1 "), number.replace(/(\d{4})(?=\d)/g, "$1-")]);
  add("card", `charge of 129.90 EUR on ${shown} declined, auth code 05`, [shown], ["129.90 EUR", "05"]);
  const amex = luhn(`37${digits(f, 12)}`);
  add("card", `{"pan":"${amex}","amount":4200}`, [amex], ["4200"]);
  const iban = f.finance.iban({
    countryCode: one(f, ["DE", "FR", "GB", "NL", "ES", "IT", "CH", "PL", "NO", "AT", "BE"]),
  });
  const spaced = one(f, [iban, iban.replace(/(.{4})(?=.)/g, "$1 ")]);
  add("iban", `refund to ${spaced} bounced, batch 4412`, [spaced], ["batch 4412"]);
  const ssn = `${f.number.int({ min: 101, max: 665 })}-${f.number.int({ min: 10, max: 99 })}-${f.number.int({ min: 1000, max: 9999 })}`;
  add("ssn", `applicant ssn ${ssn} failed KYC step 3`, [ssn], ["step 3"]);
  const eth = `0x${f.string.hexadecimal({ length: 40, casing: "lower", prefix: "" })}`;
  add("crypto", `payout to ${eth} stuck at 12 confirmations`, [eth], ["12 confirmations"]);
  const uuid = f.string.uuid();
  const [text, value, keep] = one(f, [
    [`customer_id=${uuid} cart locked E1042`, uuid, "E1042"],
    [`tenant ${uuid} sees 503`, uuid, "503"],
    [`GET /api/users/${uuid}/orders 500`, uuid, "500"],
    [`"accountId": "${uuid}", "retries": 2`, uuid, "retries"],
    [`cus_${alnum(f, 14)} was charged twice`, "", "charged twice"],
    [`org_id: org_${alnum(f, 16)}`, "", "org_id"],
    [`user_id=${f.number.int({ min: 100_000, max: 99_999_999 })} locked out`, "", "locked out"],
  ] as const);
  add("customer_id", text, [value || (/(?:cus|org)_[A-Za-z0-9]{10,}|(?<==)\d+/.exec(text)?.[0] ?? "")], [keep]);
  const id = `${one(f, ["U", "W"])}0${f.string.alphanumeric({ length: 9, casing: "upper" })}`;
  add(
    "slack_mention",
    one(f, [
      `<@${id}> can you look at shard 3?`,
      `<@${id}|pat.q> reverted v2.14.1, shard 3`,
      `"user":"${id}","text":"shard 3"`,
    ]),
    [id],
    ["shard 3"],
  );
};

const SENTENCES: readonly ((name: string) => [text: string, keep: string])[] = [
  (n) => [`${n} says the checkout page is blank since 09:40`, "checkout page is blank"],
  (n) => [`just got off the phone with ${n}, she cannot log in`, "cannot log in"],
  (n) => [`can somebody call ${n} back? refund is stuck`, "refund is stuck"],
  (n) => [`I think ${n} saw the same error yesterday`, "same error yesterday"],
  (n) => [`ticket from ${n}: payment declined twice`, "payment declined twice"],
  (n) => [`Hi ${n}, we are looking into it`, "we are looking into it"],
  (n) => [`customer ${n} was charged twice for one order`, "charged twice for one order"],
  (n) => [`according to ${n} the export never finished`, "the export never finished"],
  (n) => [`we promised ${n} an answer by noon`, "an answer by noon"],
  (n) => [`Regards,\n${n}`, "Regards"],
  (n) => [`it was ${n} who reported the failed transfer`, "reported the failed transfer"],
  (n) => [`${n}'s account is locked again`, "account is locked again"],
  (n) => [`escalated by ${n} (their finance lead) on Monday`, "finance lead"],
];
const names: Writer = (f, add, local) => {
  for (let n = 0; n < 3; n += 1) {
    const name = `${local.person.firstName()} ${local.person.lastName()}`;
    const [text, keep] = one(f, SENTENCES)(name);
    add(
      "name_unknown",
      text,
      name.split(/ /).filter((part) => part.length > 2 && !/^(?:van|von|der|den|de|dos|del)$/i.test(part)),
      [keep],
    );
  }
  const unlisted = one(f, UNLISTED);
  const [text, keep] = one(f, SENTENCES)(unlisted);
  add(
    "name_unlisted",
    text,
    unlisted.split(" ").filter((part) => part.length > 2),
    [keep],
  );
  const single = local.person.firstName();
  if (single.length > 3 && !/ /.test(single)) {
    const [said, kept] = one(f, SENTENCES)(single);
    add("name_first", said, [single], [kept]);
  }
  const known = `${local.person.firstName()} ${local.person.lastName()}`;
  const [first = "", ...rest] = known.split(" ");
  const last = rest.join(" ");
  add(
    "name_known",
    one(f, [
      `${known} reverted it`,
      `${known.toUpperCase()} reverted it`,
      `owner: ${last}, ${first}`,
      `${first.charAt(0)}. ${last} reverted it`,
      `2026-03-02T09:41:07Z INFO deploy by ${known} ok`,
    ]),
    [last],
    [],
    { known_names: [known] },
  );
};

const addresses: Writer = (f, add) => {
  const number = f.number.int({ min: 2, max: 998 });
  const street = f.person.lastName().replace(/[^A-Za-z]/g, "");
  const written = one(f, [
    `${number} ${street} ${one(f, ["Street", "Road", "Avenue", "Lane", "Blvd", "Drive"])}`,
    `${street}${one(f, ["straße", "weg", "gasse", "straat", "gatan"])} ${number}`,
    `${number} rue de ${street}`,
    `Via ${street} ${number}`,
    `Calle ${street} ${number}`,
    `ul. ${street} ${number}`,
    `PO Box ${number}`,
  ]);
  add("address", `parcel 7731 for ${written} was lost twice`, [written], ["was lost twice"]);
};

const keeps: Writer = (f, add) => {
  const keep = (category: string, text: string, ...kept: string[]) => add(category, text, [], kept);
  const sha = hexOf(f, 40);
  const v4 = `${f.number.int({ min: 1, max: 30 })}.${f.number.int({ min: 0, max: 20 })}.${f.number.int({ min: 0, max: 99 })}.${f.number.int({ min: 1, max: 99 })}`;
  keep("neg_version", `bumped agent to version ${v4} and api to v${f.system.semver()}-rc.2`, v4);
  keep(
    "neg_version",
    `User-Agent: Mozilla/5.0 Chrome/${f.number.int({ min: 90, max: 140 })}.0.${f.number.int({ min: 1000, max: 6999 })}.${f.number.int({ min: 10, max: 199 })} Safari/537.36`,
    "Safari/537.36",
  );
  keep("neg_sha", `deployed ${sha.slice(0, 7)} (${sha}) to prod at ${time(f)}`, sha, sha.slice(0, 7));
  keep("neg_sha", `image api@sha256:${hexOf(f, 64)} pulled in 4.1s`, "4.1s", "sha256:");
  const trace = hexOf(f, 32);
  const span = hexOf(f, 16);
  keep("neg_trace", `traceparent: 00-${trace}-${span}-01 trace_id=${trace}`, trace, span);
  keep("neg_trace", `request_id=${f.string.uuid()} took 4.2s; span_id=${span}`, span, "4.2s");
  const request = f.string.uuid();
  keep("neg_trace", `x-request-id: ${request} upstream_rq_timeout`, request);
  const pod = `${word(f)}-api-${hexOf(f, 9)}-${f.string.alphanumeric({ length: 5, casing: "lower" })}`;
  keep("neg_k8s", `pod ${pod} OOMKilled, restarts=14 in namespace payments-prod`, pod, "payments-prod", "OOMKilled");
  keep(
    "neg_k8s",
    `Back-off restarting failed container checkout in pod checkout-7d9f8b6c5-x2x${digits(f, 1)}z_payments(${f.string.uuid()})`,
    "failed container checkout",
  );
  keep("neg_k8s", `i-0${hexOf(f, 16)} in eu-west-1b is unhealthy, vol-0${hexOf(f, 16)} detached`, "eu-west-1b");
  keep(
    "neg_metric",
    `sum(rate(http_requests_total{service="checkout",code=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.0${digits(f, 1)}`,
    'http_requests_total{service="checkout",code=~"5.."}[5m]',
  );
  keep(
    "neg_metric",
    `histogram_quantile(0.99, sum by (le) (rate(latency_bucket[1m]))) = ${f.number.float({ min: 1, max: 9, fractionDigits: 3 })}`,
    "histogram_quantile(0.99",
  );
  keep(
    "neg_metric",
    `p99 ${f.number.int({ min: 900, max: 9000 })}ms, error rate 12.5 %, 1,204,551 requests, offset 8812340091`,
    "1,204,551",
    "8812340091",
    "12.5 %",
  );
  keep(
    "neg_ticket",
    `see PAY-${digits(f, 4)} and INC-20260302-0941-Q7ZK, duplicate of #${digits(f, 5)}`,
    "INC-20260302-0941-Q7ZK",
  );
  keep(
    "neg_date",
    `from 2026-03-02 09:41:07.331 to 2026-03-02T11:05:09+01:00 (84 min), epoch ${f.number.int({ min: 1_700_000_000, max: 1_790_000_000 })}`,
    "2026-03-02 09:41:07.331",
    "2026-03-02T11:05:09+01:00",
    "84 min",
  );
  keep(
    "neg_date",
    `window 02.03.2026 09:00-11:30, next 03/04/2026 at 7:15 pm`,
    "02.03.2026",
    "09:00-11:30",
    "03/04/2026",
  );
  keep(
    "neg_http",
    `HTTP/1.1 503 Service Unavailable, upstream connect error, reset reason: connection timeout, cf-ray 8f1${hexOf(f, 13)}-FRA`,
    "503 Service Unavailable",
  );
  keep(
    "neg_http",
    `127.0.0.1:8080 and 0.0.0.0:9090 listen, ::1 too; docs at https://docs.example.com/runbooks/payments#rollback`,
    "127.0.0.1:8080",
    "0.0.0.0:9090",
    "https://docs.example.com/runbooks/payments#rollback",
  );
  const product = one(f, PRODUCTS);
  const other = one(f, PRODUCTS);
  keep("neg_product", `${product} is slow and ${other} alerts fire since the rollout`, product, other);
  keep("neg_product", `We moved from ${product} to ${other} last week, rollback is safe`, product, other);
  keep(
    "neg_product",
    `Postgres 15.4 failover, Kafka consumer lag 12000, Redis evictions up, Grafana says green`,
    "Postgres 15.4",
    "Kafka",
    "Redis",
    "Grafana",
  );
  const error = one(f, ["NullPointerException", "SocketTimeoutException", "IllegalStateException", "OutOfMemoryError"]);
  keep(
    "neg_stack",
    `java.lang.${error}: Cannot invoke method on null\n\tat com.kestrel.payments.ChargeService.capture(ChargeService.java:${digits(f, 3)})\n\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)`,
    error,
    "com.kestrel.payments.ChargeService.capture",
    "FrameworkServlet.java:897",
  );
  keep(
    "neg_stack",
    `Traceback (most recent call last):\n  File "/app/orders/views.py", line ${digits(f, 3)}, in create_order\nKeyError: 'currency'`,
    "/app/orders/views.py",
    "KeyError: 'currency'",
  );
  keep(
    "neg_stack",
    `goroutine 4412 [running]:\nmain.(*Server).handle(0xc0001${hexOf(f, 5)}, 0x1)\n\t/src/server.go:214 +0x1d4`,
    "/src/server.go:214",
    "main.(*Server).handle",
  );
  keep(
    "neg_log",
    `${time(f)} INFO  [http-nio-8080-exec-7] c.k.p.OrderController - order accepted in ${digits(f, 2)} ms partition=3 offset=99812`,
    "OrderController",
    "partition=3",
    "offset=99812",
  );
  keep(
    "neg_log",
    `E0302 09:41:07.331211 1 leaderelection.go:330] error retrieving resource lock kube-system/controller: timed out`,
    "leaderelection.go:330",
    "kube-system/controller",
  );
  keep(
    "neg_number",
    `queue depth ${digits(f, 6)}, memory 1.5 GiB of 2 GiB, 99.95 % SLO, build 20260302.4, exit code 137`,
    "1.5 GiB of 2 GiB",
    "99.95 %",
    "20260302.4",
    "137",
  );
  const sentence = one(f, CHAT);
  keep("neg_chat", sentence, sentence);
};
const PRODUCTS =
  "Kafka|Postgres|Redis|Grafana|Prometheus|Kubernetes|Istio|Envoy|Jenkins|Datadog|Terraform|Vault|Consul|Elasticsearch|Kibana|Loki|Tempo|Mimir|Linear|Slack|Stripe|Cloudflare|Argo CD|Payments API|Checkout|Search|Statuspage|GitHub Actions|Travis CI|Apache Flink|Hazelcast|Cassandra|MongoDB Atlas|New Relic|Sentry|PagerDuty|Twilio|Okta|Snowflake|Airflow|Celery|Nginx|HAProxy|Linkerd|Cilium|Bedrock|DynamoDB|Aurora|Athena|Fargate|Lambda|Pulsar|RabbitMQ|Temporal|Nomad|Calico|Cilium|Spring Boot|Ruby on Rails|Django|Hermes|Apollo Router|Neptune|Gatling|Helm|Flux|Harbor|Karpenter".split(
    "|",
  );
const CHAT = [
  "Rolling back the Checkout deploy now, Search looks healthy",
  "Mark the incident as SEV2 and page the Payments team",
  "Will that bring Orders back before Friday?",
  "Customer Success wants a summary for the European customers",
  "Status page says Degraded Performance, Support sees fewer tickets",
  "May I restart the London cluster? Frankfurt is fine",
  "Grace period of 30 minutes, then we fail over to Dublin",
  "The Long Running Jobs queue is empty again",
  "Black Friday traffic, Summer Sale banner still cached",
  "Page On Call for Data Platform, they own the Early Warning job",
  "Root cause unknown, Next update at 10:30 UTC",
  "Internal Server Error on Place Order for German and French customers",
  "Team Kestrel Freight, please use the War Room and not the General channel",
  "Amazon confirmed an issue in Northern Virginia, Azure West Europe is fine",
  "Can someone check the Google Cloud console for Cloud SQL errors?",
  "Disk Full on the Primary, Replica is catching up",
  "Apple Pay and Google Pay both fail, Klarna works",
  "Visa and Mastercard declines doubled since Tuesday",
  "Feature Flag New Pricing is off for everyone in Canada and Mexico",
  "No Data alert for Synthetic Checks, probably the Probe itself",
];

const WRITERS: readonly Writer[] = [
  emails,
  phones,
  network,
  secrets,
  keyed,
  doors,
  spellings,
  money,
  names,
  addresses,
  keeps,
];

/** Cases of a seed as one digest, so that a report can say which set it measured. */
export const digestOf = (cases: readonly DevCase[]) =>
  createHash("sha256").update(JSON.stringify(cases)).digest("hex").slice(0, 12);
