import assert from "node:assert/strict";
import { test } from "vitest";
import { TOKEN_SHAPES } from "../../../bridge/redaction/detectors/secret-prefixes.ts";
import { createVault, type RedactedText, redact, scanPublicText } from "../../../bridge/redaction/index.ts";

const out = (text: string, knownNames: Parameters<typeof redact>[1] = {}) => redact(text, knownNames).text as string;

// biome-ignore lint/suspicious/noTemplateCurlyInString: what people write into configuration files.
const VARIABLES = "PASSWORD=$DB_PASS pwd: ${secret} secret={{ y }}";

/** Own cases beside the development set: the left side is what goes in, the right side what comes out. */
test.each<[what: string, input: string, output: string]>([
  ["e-mail in prose", "mail jo.bloggs+x@shop.example.co.uk now", "mail [EMAIL_1] now"],
  ["e-mail after a written-out line end", '{"m":"hi\\nzoe@shop.example"}', '{"m":"hi\\n[EMAIL_1]"}'],
  ["e-mail in percent escapes", "GET /u?mail=jo%2Ex%40shop.example&p=2", "GET /u?mail=[EMAIL_1]&p=2"],
  ["spelled e-mail", "write to jo dot bloggs at shop dot example please", "[EMAIL_1] please".replace(/^/, "write to ")],
  ["a sentence with 'at'", "look at example.com for details", "look at example.com for details"],
  ["a package version", "bump left-pad@1.3.0 and @scope/tool@2.0.1", "bump left-pad@1.3.0 and @scope/tool@2.0.1"],
  ["a repository", "clone git@github.com:acme/pay.git", "clone git@github.com:acme/pay.git"],
  ["an image name with a sign", "logo@2x.png is missing", "logo@2x.png is missing"],
  ["IPv4 with port and prefix", "10.20.30.40:8080 in 10.20.0.0/16", "[IP_1]:8080 in [IP_2]"],
  ["loopback", "bound to 127.0.0.1:80, 0.0.0.0 and ::1", "bound to 127.0.0.1:80, 0.0.0.0 and ::1"],
  ["a version with four parts", "from version 3.1.0.2 to 3.1.0.4", "from version 3.1.0.2 to 3.1.0.4"],
  ["IPv6 with prefix", "route 2001:db8:7::/48 lost", "route [IP_1] lost"],
  ["clock times", "11:05:09 and 23:59:59.123", "11:05:09 and 23:59:59.123"],
  ["code with colons", "std::vector and Foo::Bar", "std::vector and Foo::Bar"],
  ["MAC in three notations", "00:1a:2b:3c:4d:5e 00-1A-2B-3C-4D-5E 001a.2b3c.4d5e", "[MAC_1] [MAC_1] [MAC_1]"],
  ["internal hosts", "db-3.prod.example.internal and queue.svc.cluster.local:9092", "[HOST_1] and [HOST_2]:9092"],
  [
    "public hosts",
    "see status.example.com and https://docs.example.org/a",
    "see status.example.com and https://docs.example.org/a",
  ],
  ["a Java package", "at jdk.internal.misc.Unsafe.park", "at jdk.internal.misc.Unsafe.park"],
  [
    "AWS account in an ARN",
    "arn:aws:sqs:eu-west-1:314159265358:orders",
    "arn:aws:sqs:eu-west-1:[AWS_ACCOUNT_1]:orders",
  ],
  ["AWS account before its cue", "in 314159265358 (prod account)", "in [AWS_ACCOUNT_1] (prod account)"],
  [
    "a key in an environment file",
    "API_TOKEN=f81d4fae7dec11\nLOG_LEVEL=debug",
    "API_TOKEN=[SECRET_1]\nLOG_LEVEL=debug",
  ],
  ["a variable as password", VARIABLES, VARIABLES],
  [
    "prose about passwords",
    "password: expired, token: missing, secret rotation",
    "password: expired, token: missing, secret rotation",
  ],
  ["a data key", "partition_key=orders-eu-0042 cacheKey: cart:v2", "partition_key=orders-eu-0042 cacheKey: cart:v2"],
  ["a quoted password with a blank", '{"password":"open sesame 7"}', '{"password":"[SECRET_1]"}'],
  ["basic authentication", "Authorization: Basic dXNlcjpwYXNzd29yZDE=", "Authorization: Basic [SECRET_1]"],
  ["curl credentials", "curl -u bob:Tr0ub4dor https://x.example", "curl -u bob:[SECRET_1] https://x.example"],
  ["URL credentials", "amqp://svc:Zx81!q@mq.example.com:5672/v", "amqp://[URL_CRED_1]@mq.example.com:5672/v"],
  ["a URL user", "ssh://deploy@host.example.com/x", "ssh://[EMAIL_1]/x"],
  ["a signed URL", "https://b.example.com/f?sig=aB3dE5fG7hJ9&x=1", "https://b.example.com/f?sig=[URL_CRED_1]&x=1"],
  ["a status in a URL", "https://b.example.com/e?code=503&key=abc", "https://b.example.com/e?code=503&key=abc"],
  ["a token in prose", "the token is Qz7-Lm2x9Vb4Tn8w ok", "the token is [SECRET_1] ok"],
  ["a random token alone", "got kJ8sD0fG2hL5qW9eR3tY7uI1 back", "got [SECRET_1] back"],
  [
    "trace ids and digests",
    "trace 0af7651916cd43dd8448eb211c80319c md5 9e107d9d372bb6826bd81d3542a419d6",
    "trace 0af7651916cd43dd8448eb211c80319c md5 9e107d9d372bb6826bd81d3542a419d6",
  ],
  ["a pod name", "checkout-6d4cf56db6-x7k2p restarted", "checkout-6d4cf56db6-x7k2p restarted"],
  ["base64 of a secret", "got cGFzc3dvcmQ9aHVudGVyMg== in the body", "got [SECRET_1] in the body"],
  ["card with separators", "card 4000 0566 5566 5556 declined", "card [CARD_1] declined"],
  [
    "a long number that is no card",
    "offset 4000056655665557 and 1709377509123",
    "offset 4000056655665557 and 1709377509123",
  ],
  ["IBAN", "to FR14 2004 1010 0505 0001 3M02 606 today", "to [IBAN_1] today"],
  [
    "an IBAN with a wrong digit",
    "to FR15 2004 1010 0505 0001 3M02 606 today",
    "to FR15 2004 1010 0505 0001 3M02 606 today",
  ],
  ["SSN", "SSN 078-05-1120 in ticket", "SSN [SSN_1] in ticket"],
  ["a part number", "part 078-05-1120 in stock", "part 078-05-1120 in stock"],
  ["bitcoin address", "sent to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "sent to [CRYPTO_1]"],
  ["phones", "call +46 8 123 456 78 or (212) 555-0187", "call [PHONE_1] or [PHONE_2]"],
  ["a difference", "+1234567 rows, +12 -3, UTC+2, +0100", "+1234567 rows, +12 -3, UTC+2, +0100"],
  [
    "a customer's id",
    "customer_id: 88f1c2 and /users/55120/cart",
    "customer_id: [CUSTOMER_1] and /users/[CUSTOMER_2]/cart",
  ],
  ["a count of customers", "customer 3 pods, user 500 errors", "customer 3 pods, user 500 errors"],
  [
    "Slack mentions",
    "<@U024BE7LH> asked <#C024BE91L|ops> and <!here>",
    "[SLACK_USER_1] asked <#C024BE91L|ops> and <!here>",
  ],
  ["street address", "ship to 99 Harbour Road, Cork", "ship to [ADDRESS_1], Cork"],
  ["name after a title", "Mrs Hannah Okoro reported it", "Mrs [NAME_1] reported it"],
  ["no name after a cue", "customer Support, from Kafka: lag, Hi Team", "customer Support, from Kafka: lag, Hi Team"],
  [
    "PEM without a footer",
    "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nthen it stopped",
    "x\n[PRIVATE_KEY_1]\nthen it stopped",
  ],
  ["a certificate", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"],
])("%s", (_, input, output) => {
  assert.equal(out(input), output);
});

/** A body that fits the class of the shape: mixed characters, not a word. */
const sample = (body: string, length: number) => {
  const alphabet = [..."a7B2c9D4e1F6", "0", "8"].filter((char) => new RegExp(body).test(char));
  return Array.from({ length }, (_, n) => alphabet[(n * 5) % alphabet.length]).join("");
};

test.each(
  TOKEN_SHAPES.flatMap(({ maker, prefixes, body, min }) =>
    prefixes.map((prefix) => [maker, prefix, body, min] as const),
  ),
)("a token of %s is removed from %s on, and a shorter word stays", (_, prefix, body, min) => {
  const token = `${prefix}${sample(body, min)}`;
  const text = out(`log ${token} end`);
  assert.ok(!text.includes(token.slice(prefix.length)), text);
  assert.ok(text.startsWith("log ") && text.endsWith(" end"));
  assert.equal(out(`log ${prefix} end`), `log ${prefix} end`);
});

test("text that looks like a placeholder is rewritten and reported, in every spelling", () => {
  for (const typed of [
    "[EMAIL_1]",
    "[email_1]",
    "\\[EMAIL_1\\]",
    "&#91;EMAIL_1&#93;",
    "［EMAIL_1］",
    "%5BEMAIL_1%5D",
    "EMAIL_1",
  ]) {
    const { text, findings } = redact(`I am ${typed}.`);
    assert.equal(text, "I am (EMAIL 1).", typed);
    assert.deepEqual(
      findings.map(({ type }) => type),
      ["LITERAL"],
    );
  }
  assert.equal(out("host_1 and [1] stay"), "host_1 and [1] stay");
});

const alex = { name: "Alex Lindqvist", email: "alex@example.com", slackId: "U07ALEXLIN1", handles: ["lexi99"] };

test("all forms of one person share one placeholder", () => {
  for (const form of [
    "Alex Lindqvist",
    "ALEX LINDQVIST",
    "Lindqvist, Alex",
    "A. Lindqvist",
    "alex.lindqvist",
    "alindqvist",
    "alexlindqvist",
    "Alex",
    "Lindqvist",
    "<@U07ALEXLIN1>",
    "<@U07ALEXLIN1|alex>",
    "alex@example.com",
    "alex@EXAMPLE.com",
    "@lexi99",
    "Аlex Lindqvist", // a Cyrillic A
    "Alex\u00a0Lindqvist",
  ]) {
    const text = out(`then ${form} rolled back`, { knownNames: [alex] });
    assert.equal(text.replace("@[", "["), "then [PERSON_1] rolled back", form);
  }
  assert.equal(out("Alex's fix", { knownNames: [alex] }), "[PERSON_1]'s fix");
});

test("a name inside another word, and one that is an ordinary word, stays", () => {
  const knownNames = ["Ian Moss", "Will Park", "Grace Hope"];
  const text =
    "the guardian, ian-service and x.ian.example; we will park it in the grace period, hope it holds; moss grows";
  assert.equal(out(text, { knownNames }), text);
  assert.equal(out("Will Park and GRACE HOPE, then Ian", { knownNames }), "[PERSON_1] and [PERSON_2], then [PERSON_3]");
});

test("names of other scripts match with their endings and without blanks", () => {
  const knownNames = ["Анна Смирнова", "佐藤健", "Łukasz Śliwa", "Bjørn Sæther"];
  assert.equal(out("передали Анне Смирновой", { knownNames }).includes("Смирнов"), false);
  assert.equal(out("佐藤健さんが対応中", { knownNames }), "[PERSON_1]さんが対応中");
  assert.equal(out("lukasz sliwa and Bjorn Saether", { knownNames }), "[PERSON_1] and [PERSON_2]");
});

test("secret terms go in any case, but not inside another word", () => {
  assert.equal(out("GLOBEX and Globex-EU, globexes", { knownTerms: ["Globex"] }), "[TERM_1] and [TERM_1]-EU, globexes");
});

test("the same value keeps its number, different values get others", () => {
  const vault = createVault(new Uint8Array(32));
  assert.equal(redact("a@x.example b@x.example A@X.example", { vault }).text, "[EMAIL_1] [EMAIL_2] [EMAIL_1]");
  assert.equal(
    redact("+44 20 7946 0018 and c@x.example, b@x.example", { vault }).text,
    "[PHONE_1] and [EMAIL_3], [EMAIL_2]",
  );
  assert.equal(redact("0044 20 7946 0018", { vault }).text, "[PHONE_1]");
});

test("findings carry no values", () => {
  const { findings } = redact("jo@shop.example token=f81d4fae7dec11");
  assert.deepEqual(findings, [
    { type: "EMAIL", start: 0, end: 15, placeholder: "[EMAIL_1]" },
    { type: "SECRET", start: 22, end: 36, placeholder: "[SECRET_1]" },
  ]);
});

test("a plain string is no redacted text", () => {
  const send = (text: RedactedText) => text;
  // @ts-expect-error only redact makes one
  send("plain");
  assert.equal(send(redact("plain").text), "plain");
});

test("public text with a secret, a one-way value or an unfilled placeholder is blocked", () => {
  for (const [text, type] of [
    ["Use password=Zx81qq77 to log in", "SECRET"],
    ["Card 4000 0566 5566 5556 failed", "CARD"],
    ["Some customers [describe impact].", "PLACEHOLDER"],
    ["Next update at {{time}}.", "PLACEHOLDER"],
    ["Affected: <region>", "PLACEHOLDER"],
    ["Impact: TBD", "PLACEHOLDER"],
    ["Mail [EMAIL_1]", "LITERAL"],
    ["It showed redacted data.", "PLACEHOLDER"],
  ] as const) {
    const { blockers } = scanPublicText(text, { publicTerms: [] });
    assert.deepEqual(
      blockers.map((blocker) => blocker.type),
      [type],
      text,
    );
  }
});

test("ordinary public text is neither blocked nor reported", () => {
  for (const text of [
    "[Resolved] Card payments work again since 10:42 UTC. See https://status.example.com/history [1].",
    "We are investigating delays in our EU region. Next update by 11:15 UTC.",
    "Uploads over 25 MB fail for 3 % of requests; <5 minutes delay, version 2.14.1.",
  ]) {
    assert.deepEqual(scanPublicText(text, { publicTerms: [] }), { blockers: [], findings: [] }, text);
  }
});

test("public terms are no finding, what only contains them is", () => {
  const scan = (text: string) =>
    scanPublicText(text, { publicTerms: ["support@kestrel.example.com", "kestrel.internal"] }).findings.map(
      ({ type }) => type,
    );
  assert.deepEqual(scan("Write to support@kestrel.example.com."), []);
  assert.deepEqual(scan("Write to Support@Kestrel.example.com or jo@kestrel.example.com."), ["EMAIL"]);
  assert.deepEqual(scan("db.kestrel.internal is down"), ["HOST"]);
  assert.deepEqual(scan("kestrel.internal is down"), []);
});
