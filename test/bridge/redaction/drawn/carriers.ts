/** What surrounds a value in the texts of an incident: each must give the value up whole and keep its own words. */
export interface Carrier {
  carry: (value: string) => string;
  keeps: string;
}

const carrier = (keeps: string, carry: Carrier["carry"]): Carrier => ({ keeps, carry });
const json = (value: unknown) => JSON.stringify(value);

/** Machines wrote these. */
export const MACHINE_CARRIERS: readonly Carrier[] = [
  carrier("attempt 2/5", (v) => `2026-03-02T09:41:07.331Z ERROR [payment-worker-3] failed: ${v} (attempt 2/5)`),
  carrier("checkout-7d9f8b6c5-x2x7z", (v) =>
    json({ level: "error", pod: "checkout-7d9f8b6c5-x2x7z", msg: `saw ${v}` }),
  ),
  carrier("retries", (v) => json({ body: json({ note: v, retries: 3 }) })),
  carrier("took=12ms", (v) => `ts=2026-03-02T09:41:07Z level=warn msg="${v}" took=12ms`),
  carrier("web-3 app[4412]", (v) => `Mar  2 09:41:07 web-3 app[4412]: ${v}`),
  carrier(
    "ChargeService.java:214",
    (v) => `java.lang.IllegalStateException: ${v}\n\tat com.kestrel.ChargeService.capture(ChargeService.java:214)`,
  ),
  carrier("views.py", (v) => `  File "/app/views.py", line 41, in pay\nValueError: ${v}`),
  carrier("goroutine 1 [running]", (v) => `panic: ${v}\n\ngoroutine 1 [running]:\nmain.main()`),
  carrier("503", (v) => `<tr><td>${v}</td><td>503</td></tr>`),
  carrier('code="503"', (v) => `<event value="${v}" code="503"/>`),
  carrier("INTO audit", (v) => `INSERT INTO audit VALUES (17, '${v}', now());`),
  carrier("x5 over 9m", (v) => `Warning  Failed  2m (x5 over 9m)  kubelet  Error: ${v}`),
  carrier("line two", (v) => `line one\\n${v}\\nline two`),
  carrier("line two", (v) => `line one\r\n${v}\r\nline two`),
  carrier("14.2", (v) => `last_error_info{detail="${v}",job="node"} 14.2`),
  carrier("https://api.example.com/v1/pay", (v) => `curl -s https://api.example.com/v1/pay --data '{"x":"${v}"}'`),
  carrier("tee /tmp/out", (v) => `echo "${v}" | tee /tmp/out`),
  carrier("@@ -1,3 +1,3 @@", (v) => `@@ -1,3 +1,3 @@\n-  ${v}\n+  removed`),
  carrier("failed,3", (v) => `2026-03-02,${v},failed,3`),
  carrier("second: 2", (v) => `first: ${v}\nsecond: 2`),
  carrier("second line", (v) => `note: |\n  ${v}\n  second line`),
  carrier("queue=orders", (v) => `[${v}] queue=orders`),
  carrier("depth 12", (v) => `{${v}} depth 12`),
  carrier("depth 12", (v) => `("${v}", depth 12)`),
  carrier("exit 1", (v) => `stderr:\t${v}\texit 1`),
];

/** People wrote these, in chat, mail and tickets. */
export const HUMAN_CARRIERS: readonly Carrier[] = [
  carrier("SEV2", (v) => `| 09:41 | ${v} | SEV2 |`),
  carrier("status: open", (v) => `- **note**: ${v}\n- status: open`),
  carrier("in the ticket", (v) => `it says \`${v}\` in the ticket`),
  carrier("see above", (v) => `\`\`\`\n${v}\n\`\`\`\nsee above`),
  carrier("same here", (v) => `> ${v}\nsame here`),
  carrier("is wrong", (v) => `*${v}* is wrong`),
  carrier("is wrong", (v) => `_${v}_ is wrong`),
  carrier("is old", (v) => `~${v}~ is old`),
  carrier("we saw", (v) => `we saw (${v}).`),
  carrier("which failed", (v) => `we got “${v}”, which failed`),
  carrier("Is it", (v) => `Is it ${v}?`),
  carrier("it is", (v) => `it is ${v}!`),
  carrier("then nothing", (v) => `first ${v}; then nothing`),
  carrier("we think", (v) => `we think: ${v}.`),
  carrier("x.example.com", (v) => `<https://x.example.com/q?page=1|${v}> is the link`),
  carrier("wrote:", (v) => `On Mon, 2 Mar 2026 at 09:41 support wrote:\n> ${v}\n> and nothing else`),
  carrier("and nothing else", (v) => `1. ${v}\n2. and nothing else`),
  carrier("still failing", (v) => `:rotating_light: ${v} :rotating_light: still failing`),
  carrier("再試行", (v) => `エラー：${v}、再試行`),
  carrier("再試行", (v) => `（${v}）再試行`),
  carrier("und dann nichts", (v) => `wir sahen „${v}“ und dann nichts`),
  carrier("not that one", (v) => `this one -> ${v} <- not that one`),
  carrier("paste", (v) => `paste: '${v}'`),
  carrier("FYI", (v) => `FYI ${v} / thx`),
];

/** Spellings that hide a value from a plain search; the whole of what is written must go. */
export const ENCODINGS: readonly ((value: string) => string)[] = [
  (v) => encodeURIComponent(v),
  (v) => [...v].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
  (v) => [...v].map((char) => `&#${char.charCodeAt(0)};`).join(""),
  (v) => [...v].map((char) => `&#x${char.charCodeAt(0).toString(16)};`).join(""),
  (v) => [...v].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  (v) => [...v].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
  (v) =>
    [...v]
      .map((char) => (char > " " && char <= "~" ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char))
      .join(""),
  (v) => [...v].join("\u200b"),
  (v) => [...v].join("\u00ad"),
  (v) => Buffer.from(`mail=${v}`).toString("base64"),
  (v) => Buffer.from(`user ${v} failed`).toString("base64url"),
];
