import type { Faker } from "@faker-js/faker";
import { alnum, digits, hexOf, int, luhn, mailOf, one, PASSWORDS, upper, urlsafe, word } from "./draw.ts";

/** Something that must go from any text, wherever it stands: what is written and which part of it is the value. */
export interface Shaped {
  category: string;
  written: string;
  value: string;
  /** Part of what is written that must stay. */
  keep?: string;
}

type Draw = (f: Faker) => Shaped;

const whole =
  (category: string, draw: (f: Faker) => string): Draw =>
  (f) => {
    const value = draw(f);
    return { category, written: value, value };
  };
/** `write` puts the value where its cue is. */
const cued =
  (category: string, draw: (f: Faker) => string, write: (value: string, f: Faker) => string, keep?: string): Draw =>
  (f) => {
    const value = draw(f);
    return { category, written: write(value, f), value, ...(keep === undefined ? {} : { keep }) };
  };

const jwtOf = (f: Faker) =>
  [
    JSON.stringify({ alg: one(f, ["RS256", "HS512", "ES256"]), typ: "JWT", kid: hexOf(f, 6) }),
    JSON.stringify({ sub: alnum(f, 9), iat: int(f, 1_700_000_000, 1_790_000_000) }),
  ]
    .map((part) => Buffer.from(part).toString("base64url"))
    .concat(urlsafe(f, 64))
    .join(".");
const password = (f: Faker) => one(f, PASSWORDS)(f).replace(/['"\\$`|<>&,;(){}[\]]/g, "x");
const host = (f: Faker) =>
  `${word(f)}-${int(f, 1, 40)}.${one(f, ["prod.internal", "corp", "lan", "svc.cluster.local", "node.consul", "eu.corp.example.com", "mgmt.example.org", "dc2.local", "intranet", "prod.int.example.net", "ams3.internal.example.io"])}`;
const v4 = (f: Faker) =>
  `${one(f, [10, 172, 192, 203, 45, 100])}.${int(f, 1, 254)}.${int(f, 0, 254)}.${int(f, 1, 254)}`;
const v6 = (f: Faker) => `2001:db8:${hexOf(f, 4)}:${hexOf(f, 3)}1::${hexOf(f, 3)}a`;
const iban = (f: Faker) =>
  f.finance.iban({
    countryCode: one(f, ["DE", "FR", "GB", "NL", "SE", "DK", "FI", "PT", "CZ", "HU", "GR", "TR", "SA", "BR", "LU"]),
  });
const pan = (f: Faker) =>
  luhn(
    one(f, [
      `4${digits(f, 14)}`,
      `5${one(f, ["2", "4"])}${digits(f, 13)}`,
      `6011${digits(f, 11)}`,
      `36${digits(f, 11)}`,
    ]),
  );
const uuid = (f: Faker) => f.string.uuid();

/** Each kind of value with several spellings. */
export const SHAPED: readonly Draw[] = [
  whole("email", mailOf),
  whole("email", (f) => `${word(f)}@${word(f)}.${one(f, ["museum", "photography", "xn--p1ai", "nhs.uk"])}`),
  whole("email", (f) => `${mailOf(f).replace("@", "@x1.")}`),
  cued("email", mailOf, (v) => `user ${v} <${v}>`),
  cued("email", mailOf, (v) => `mailto:${v}?subject=x`),
  cued("email", mailOf, (v) => `author=${v};role=admin`, "role=admin"),
  cued(
    "email_obf",
    (f) => {
      const [a, d] = mailOf(f).split("@");
      return `${a} AT ${d?.replaceAll(".", " DOT ")}`;
    },
    (v) => v,
  ),
  cued(
    "email_obf",
    (f) => {
      const [a, d] = mailOf(f).split("@");
      return `${a}(at)${d}`;
    },
    (v) => v,
  ),
  cued(
    "email_obf",
    (f) => {
      const [a, d] = mailOf(f).split("@");
      return `${a}[@]${d?.replaceAll(".", "[.]")}`;
    },
    (v) => v,
  ),
  cued(
    "email_obf",
    (f) => {
      const [a, d] = mailOf(f).split("@");
      return `${a} <at> ${d?.replaceAll(".", " <dot> ")}`;
    },
    (v) => v,
  ),
  cued(
    "email_obf",
    (f) => {
      const [a, d] = mailOf(f).split("@");
      return `${a}-at-${d?.replaceAll(".", "-dot-")}`;
    },
    (v) => v,
  ),
  cued(
    "email_obf",
    (f) => {
      const [a, d] = mailOf(f).split("@");
      return `${a}_at_${d?.replaceAll(".", "_dot_")}`;
    },
    (v) => v,
  ),
  whole("ip", v4),
  whole("ip", v6),
  whole("ip", (f) => f.internet.ipv6()),
  cued("ip", v4, (v) => `${v}:8443`, "8443"),
  cued("ip", v4, (v) => `tcp://${v}:5432`, "5432"),
  cued("ip", v4, (v) => `${v}/16`),
  cued("ip", v6, (v) => `[${v}]:443`, "443"),
  cued("ip", v6, (v) => `${v}/64`),
  cued(
    "ip",
    (f) => v4(f).replaceAll(".", "-"),
    (v) => `ip-${v}`,
  ),
  cued("ip", v4, (v) => `::ffff:${v}`),
  whole("mac", (f) => f.internet.mac().replace(/^../, "a4")),
  whole("host", host),
  cued("host", host, (v) => `https://${v}/health`, "/health"),
  cued("host", host, (v) => `${v}:9092`, "9092"),
  cued("host", host, (v) => `ssh deploy@${v}`),
  cued(
    "host",
    (f) => host(f).toUpperCase(),
    (v) => `host ${v} is down`,
    "is down",
  ),
  whole(
    "phone",
    (f) =>
      `+${one(f, ["1", "44", "49", "33", "81", "91", "234", "61"])} ${int(f, 200, 799)} ${int(f, 200, 799)} ${digits(f, 4)}`,
  ),
  whole("phone", (f) => `+${one(f, ["47", "48", "351", "972", "27"])}${int(f, 20_000_000, 99_999_999)}`),
  whole("phone", (f) => `(${int(f, 201, 799)}) ${int(f, 200, 799)}-${digits(f, 4)}`),
  whole("phone", (f) => `${int(f, 201, 799)}-${int(f, 200, 799)}-${digits(f, 4)}`),
  cued(
    "phone",
    (f) => `0${int(f, 20, 99)} ${digits(f, 4)} ${digits(f, 4)}`,
    (v) => `tel: ${v}`,
  ),
  cued(
    "phone",
    (f) => `${int(f, 200, 799)} ${digits(f, 3)} ${digits(f, 4)}`,
    (v) => `her mobile is ${v}`,
  ),
  cued(
    "phone",
    (f) => `+${int(f, 30, 49)}${digits(f, 9)}1`,
    (v) => `phone=${v}&x=1`,
  ),
  cued(
    "phone",
    (f) => `tel:+${int(f, 30, 49)}-${digits(f, 3)}-${digits(f, 6)}1`,
    (v) => v,
  ),
  whole("secret", (f) => `ghs_${alnum(f, 36)}`),
  whole("secret", (f) => `github_pat_11${upper(f, 20)}_${alnum(f, 59)}`),
  whole("secret", (f) => `glpat-${urlsafe(f, 20)}.01.0${digits(f, 7)}`),
  whole("secret", (f) => `xoxp-${digits(f, 11)}-${digits(f, 11)}-${digits(f, 12)}-${hexOf(f, 32)}`),
  whole("secret", (f) => `xapp-1-A0${upper(f, 9)}-${digits(f, 13)}-${hexOf(f, 64)}`),
  whole("secret", (f) => `rk_live_${alnum(f, 40)}`),
  whole("secret", (f) => `whsec_${alnum(f, 32)}`),
  whole("secret", (f) => `ASIA${upper(f, 16)}`),
  whole("secret", (f) => `AIzaSy${urlsafe(f, 33)}`),
  whole("secret", (f) => `ya29.${urlsafe(f, 80)}`),
  whole("secret", (f) => `sk-proj-${urlsafe(f, 74)}T3BlbkFJ${urlsafe(f, 74)}`),
  whole(
    "secret",
    (f) => `glc_${Buffer.from(JSON.stringify({ o: digits(f, 6), n: word(f), k: alnum(f, 24) })).toString("base64")}`,
  ),
  whole("secret", (f) => `dapi${hexOf(f, 32)}-2`),
  whole("secret", (f) => `pk_live_${alnum(f, 24)}`.replace("pk_", "sk_")),
  whole("secret", (f) => `SG.${urlsafe(f, 22)}.${urlsafe(f, 43)}`),
  whole("secret", (f) => `${int(f, 100_000_000, 999_999_999)}:AA${urlsafe(f, 33)}`),
  whole("secret", (f) => `hvs.CAES${urlsafe(f, 90)}`),
  whole("secret", (f) => `dop_v1_${hexOf(f, 64)}`),
  whole("secret", (f) => `lin_api_${alnum(f, 40)}`),
  whole("secret", (f) => `pypi-AgEIcHlwaS5vcmc${urlsafe(f, 80)}`),
  whole("secret", (f) => `npm_${alnum(f, 36)}`),
  whole("secret", (f) => `shpat_${hexOf(f, 32)}`),
  whole("secret", (f) => `EAACEdEose0cBA${f.string.alphanumeric(90)}7k`),
  whole("secret", jwtOf),
  whole("secret", (f) => `${word(f)}_live_${alnum(f, 30)}`),
  whole("secret", (f) => `${word(f).slice(0, 8)}_sandbox_${alnum(f, 30)}`),
  whole("secret", (f) => urlsafe(f, 48)),
  cued("secret", jwtOf, (v) => `Authorization: Bearer ${v}`, "Authorization"),
  cued(
    "secret",
    (f) => alnum(f, 26),
    (v) => `X-Auth-Token: ${v}`,
    "X-Auth-Token",
  ),
  cued(
    "secret",
    (f) => Buffer.from(`svc-${word(f)}:${password(f)}`).toString("base64"),
    (v) => `Basic ${v}`,
  ),
  cued(
    "secret",
    (f) => hexOf(f, 40),
    (v) => `api_key=${v}`,
    "api_key",
  ),
  cued(
    "secret",
    (f) => hexOf(f, 32),
    (v) => `client secret: ${v}`,
    "client secret",
  ),
  cued("secret_kv", password, (v) => `password=${v}`, "password"),
  cued("secret_kv", password, (v) => `db_password: ${v}`, "db_password"),
  cued("secret_kv", password, (v) => `"passwd":"${v}"`.replaceAll('"', ""), "passwd"),
  cued("secret_kv", password, (v) => `REDIS_PASS=${v}`, "REDIS_PASS"),
  cued("secret_kv", password, (v) => `pwd=${v} host=a`, "host=a"),
  cued("secret_kv", password, (v) => `password is ${v}`),
  cued("secret_kv", password, (v) => `pass: ${v}`),
  cued("secret_kv", password, (v) => `the root password was ${v}`),
  cued("secret_kv", password, (v) => `PASSWORD => ${v}`),
  cued(
    "secret_kv",
    (f) => `${word(f)}${int(f, 0, 9)}`,
    (v) => `password=${v}`,
  ),
  cued(
    "secret_kv",
    (f) => `${word(f)}${int(f, 0, 9)}`,
    (v) => `password: ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => `${word(f).slice(0, 8)}x${int(f, 0, 9)}`,
    (v) => `the password is ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => `${word(f).slice(0, 8)}${int(f, 0, 9)}${word(f).slice(0, 5)}`,
    (v) => `pw: ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => `${alnum(f, 9)}${f.string.alpha(12)}`.replace(/\d/g, "q").concat(digits(f, 1)),
    (v) => `token=${v}`,
  ),
  cued(
    "secret_kv",
    (f) => `${f.string.alpha(22)}${int(f, 2, 9)}`,
    (v) => `secret_key: ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => `${f.string.alpha(24)}`,
    (v) => `API_SECRET=${v}`,
  ),
  cued(
    "secret_kv",
    (f) => digits(f, 6),
    (v) => `otp=${v}`,
  ),
  cued(
    "secret_kv",
    (f) => digits(f, 6),
    (v) => `the one-time code is ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => digits(f, 6),
    (v) => `2FA code: ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => digits(f, 3),
    (v) => `cvv ${v}`,
  ),
  cued(
    "secret_kv",
    (f) => digits(f, 4),
    (v) => `PIN: ${v}`,
  ),
  cued(
    "url_cred",
    password,
    (v, f) =>
      `postgres://app:${encodeURIComponent(v)}@${word(f)}.example.com:5432/orders`.replace(
        encodeURIComponent(v),
        v.replace(/[^\w!.-]/g, "x"),
      ),
    "orders",
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 18),
    (v, f) => `mongodb+srv://svc:${v}@${word(f)}.example.net/?retryWrites=true`,
    "retryWrites",
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 18),
    (v) => `amqps://${word}:${v}@mq.example.com//`.replace(/amqps:\/\/.*?:/, "amqps://guest:"),
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 18),
    (v) => `redis://:${v}@cache.example.com:6379/2`,
    "6379",
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 18),
    (v) => `Server=db;Uid=sa;Pwd=${v};Pooling=true`,
    "Pooling=true",
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 18),
    (v) => `Endpoint=sb://x.example.com/;SharedAccessKeyName=root;SharedAccessKey=${v}`,
    "SharedAccessKeyName",
  ),
  cued(
    "url_cred",
    (f) => urlsafe(f, 30),
    (v) => `https://api.example.com/v1?access_token=${v}&page=2`,
    "page=2",
  ),
  cued(
    "url_cred",
    (f) => urlsafe(f, 43),
    (v) => `https://app.example.com/reset?token=${v}`,
    "/reset",
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 22),
    (v) => `https://files.example.com/a.zip?sv=2024-01-01&sig=${v}%3D&se=2026-03-02`,
    "se=2026-03-02",
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 24),
    (v, f) => `https://hooks.slack.com/services/T0${upper(f, 8)}/B0${upper(f, 8)}/${v}`,
  ),
  cued(
    "url_cred",
    (f) => alnum(f, 30),
    (v) => `https://discord.com/api/webhooks/112233445566778899/${v}${v}`,
  ),
  whole("card", pan),
  whole("card", (f) => pan(f).replace(/^(\d{4})(\d{4})(\d{4})(\d+)$/, "$1 $2 $3 $4")),
  whole("card", (f) => luhn(`37${digits(f, 12)}`).replace(/^(\d{4})(\d{6})(\d{5})$/, "$1-$2-$3")),
  whole("iban", iban),
  whole("iban", (f) => iban(f).replace(/(.{4})(?=.)/g, "$1 ")),
  whole("iban", (f) => iban(f).toLowerCase()),
  whole("ssn", (f) => `${int(f, 101, 665)}-${int(f, 10, 99)}-${int(f, 1000, 9999)}`),
  cued(
    "national_id",
    (f) => `${digits(f, 2)}${digits(f, 7)}`,
    (v) => `passport number ${v}`,
  ),
  cued(
    "national_id",
    (f) => `${int(f, 10_000_000, 99_999_999)}${one(f, ["T", "R", "W", "K"])}`,
    (v) => `DNI: ${v}`,
  ),
  cued("customer_id", uuid, (v) => `customer_id=${v}`, "customer_id"),
  cued("customer_id", uuid, (v) => `account ${v}`),
  cued("customer_id", uuid, (v) => `/v1/tenants/${v}/usage`, "/usage"),
  cued(
    "customer_id",
    (f) => digits(f, 8).replace(/^0/, "7"),
    (v) => `userId: ${v}`,
  ),
  cued(
    "aws",
    (f) => digits(f, 12).replace(/^0/, "7"),
    (v) => `arn:aws:iam::${v}:role/deployer`,
    "role/deployer",
  ),
  cued(
    "aws",
    (f) => digits(f, 12).replace(/^0/, "7"),
    (v) => `account ${v} in eu-west-1`,
    "eu-west-1",
  ),
  whole("crypto", (f) => `0x${hexOf(f, 40)}`),
  whole("slack_mention", (f) => `<@U0${upper(f, 9)}>`),
  cued(
    "address",
    (f) =>
      `${int(f, 2, 980)} ${f.person.lastName().replace(/[^A-Za-z]/g, "")} ${one(f, ["Street", "Road", "Avenue", "Lane"])}`,
    (v) => v,
  ),
  cued(
    "address",
    (f) => `${f.person.lastName().replace(/[^A-Za-z]/g, "")}${one(f, ["straße", "weg", "straat"])} ${int(f, 2, 98)}`,
    (v) => v,
  ),
];
