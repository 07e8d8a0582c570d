import type { Faker } from "@faker-js/faker";
import { alnum, digits, hexOf, one, some, urlsafe, type Writer, word } from "./draw.ts";

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
export const secrets: Writer = (f, add) => {
  for (const make of some(f, TOKENS, 9)) {
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
