import { alnum, digits, luhn, one, type Writer } from "./draw.ts";

export const money: Writer = (f, add) => {
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
