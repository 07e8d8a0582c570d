import { mailOf, one, type Writer } from "./draw.ts";

/** Mail addresses, in the open and hidden from machines. */
export const emails: Writer = (f, add) => {
  const mail = () => mailOf(f);
  let a = mail();
  add("email", `Customer ${a} gets HTTP 502 since 09:41 UTC on checkout`, [a], ["HTTP 502", "09:41 UTC"]);
  a = mail();
  add("email", `{"level":"error","user_email":"${a}","status":503,"took_ms":1290}`, [a], ["503", "1290", "error"]);
  a = mail();
  add(
    "email",
    `${f.date.recent().toISOString()} WARN smtp: 550 mailbox <${a}> unavailable, retry 3/5`,
    [a],
    ["550", "retry 3/5"],
  );
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
