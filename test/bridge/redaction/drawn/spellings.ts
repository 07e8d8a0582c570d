import { digits, luhn, mailOf, one, type Writer, word } from "./draw.ts";

/** The same kinds of values in spellings that only people and mail programs think of. */
export const spellings: Writer = (f, add) => {
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
