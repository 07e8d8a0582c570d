import { expect, test } from "vitest";
import { answerCommand } from "../../../bridge/commands/answer-command.ts";
import { elapsed } from "../../../bridge/commands/elapsed.ts";
import { escapeKeepingMentions, escapeMrkdwn, link } from "../../../bridge/commands/mrkdwn.ts";
import { nearestWord } from "../../../bridge/commands/nearest-word.ts";
import { REGISTRY } from "../../../bridge/commands/registry.ts";
import type { FormLinks } from "../../../bridge/commands/slash-command.ts";
import { saysSomething, typedText } from "../../../bridge/commands/typed-text.ts";
import { fired, incidentOf, OPENED_AT, opened } from "./incidents.ts";
import { NOTHING_TO_REACH } from "./nothing-to-reach.ts";

const LINKS: FormLinks = {
  declare_incident: "https://slack.example.com/shortcuts/Ft1/declare",
  draft_status_update: "https://slack.example.com/shortcuts/Ft2/draft",
  resolve_incident: "https://slack.example.com/shortcuts/Ft3/resolve",
};
const room = incidentOf([0, "intake", opened()], [0, "intake", fired()]);
const answer = (text: string, incident: typeof room | "elsewhere" = room, links = LINKS) =>
  answerCommand(text, {
    ...NOTHING_TO_REACH,
    incident: incident === "elsewhere" ? undefined : incident,
    links,
    actor: { userId: "U07ALEXLIN1", teamId: "T07KESTREL1" },
    now: OPENED_AT,
    registry: REGISTRY,
  });

test.each([
  ["statsu", "status"],
  ["STATUS", "status"],
  ["stat", "status"],
  ["hlep", undefined],
  ["halp", "help"],
  ["resolve", undefined],
  ["x".repeat(5_000), undefined],
  ["", undefined],
])("%s is nearest to %s", (typed, word) => {
  expect(nearestWord(typed, ["help", "status"])).toBe(word);
});

test("nothing typed is help; a word's case and what follows it do not matter", async () => {
  expect(await answer("")).toBe(await answer("help"));
  expect(await answer("  Status now please ")).toBe(await answer("status"));
});

test("help shows first what fits: before anybody has command, how to take it", async () => {
  const lines = (await answer("help")).split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "*Nobody has command yet*",
    "• `/incident-response catchup` – where this incident stands, what happened, and what changed since you last asked",
    "• `/incident-response take` – takes command, or accepts it when it was offered to you",
  ]);
  expect(lines).toContain(
    "*Forms*: <https://slack.example.com/shortcuts/Ft2/draft|Customer update> · <https://slack.example.com/shortcuts/Ft3/resolve|Resolve>",
  );
  expect(await answer("help", room, {})).not.toContain("Forms");
});

test("outside a war room help begins with declaring an incident", async () => {
  const text = await answer("help", "elsewhere");
  expect(text).toMatch(/^\*This is not a war room\*\n• `\/incident-response declare /);
  expect(text).toContain("*Forms*: <https://slack.example.com/shortcuts/Ft1/declare|Declare an incident>");
});

const led = incidentOf(
  [0, "intake", opened()],
  [1, "U07ALEXLIN1", { type: "CommandTaken", by: "U07ALEXLIN1", from: null }],
);

test.each([
  ["nobody outside knows", led, "Customers have been told nothing yet", "update"],
  [
    "it is over",
    incidentOf(
      [0, "intake", opened()],
      [9, "U07ALEXLIN1", { type: "IncidentResolved", outcome: "resolved", summary: "Rolled back.", duplicateOf: null }],
    ),
    "The incident is over",
    "review",
  ],
])("when %s, help says so and begins with what to do", async (_, incident, words, command) => {
  const [first, ...rest] = (await answer("help", incident)).split("\n");
  expect(first).toBe(`*${words}*`);
  expect(rest.slice(0, 5).join("\n")).toContain(`/incident-response ${command}`);
});

test("help is short enough for 3 a.m., names every word once by group, and explains one on demand", async () => {
  for (const place of [room, led, "elsewhere"] as const) {
    const lines = (await answer("help", place)).split("\n");
    expect(lines.length).toBeLessThanOrEqual(14);
    const list = lines.slice(lines.indexOf("*All words*")).join("\n");
    for (const { name } of REGISTRY) expect(list.split(`\`${name}\``), name).toHaveLength(2);
  }
  expect(await answer("help take")).toBe(
    "• `/incident-response take` – takes command, or accepts it when it was offered to you",
  );
});

test("declare without all it needs answers with what is missing and the form that buttons use", async () => {
  expect(await answer("declare", "elsewhere")).toContain("|Declare an incident>");
  expect(await answer("declare SEV2 paymets cards fail", "elsewhere")).toContain("Did you mean `payments`?");
});

test("a word that does not exist is named, with the nearest one and what exists", async () => {
  expect(await answer("statsu")).toMatch(
    /^There is no command "statsu"\. Did you mean `\/incident-response status`\?\n\*Nobody has command yet\*/,
  );
  expect(await answer("reopening")).toMatch(/^There is no command "reopening"\.\n\*Nobody has command yet\*/);
  expect(await answer("<!channel> `x`")).toMatch(/^There is no command "&lt;!channel&gt;"\./);
});

test("every word of the list can be typed and is described", async () => {
  expect(new Set(REGISTRY.map(({ name }) => name)).size).toBe(REGISTRY.length);
  for (const { name, summary } of REGISTRY) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(await answer(name, "elsewhere")).not.toContain("There is no command");
  }
});

test.each([
  [-5, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [3_600_000, "1 h"],
  [11_100_000, "3 h 5 min"],
  [187_200_000, "2 d 4 h"],
])("%d ms is %s", (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});

test("text cannot break out of mrkdwn, and harmless text is kept", () => {
  expect(escapeMrkdwn("<!channel> & <@U07ALEXLIN1>\n*bold*")).toBe(
    "&lt;!channel&gt; &amp; &lt;@U07ALEXLIN1&gt; *bold*",
  );
  expect(escapeKeepingMentions("by <@U07ALEXLIN1>, not <!here>")).toBe("by <@U07ALEXLIN1>, not &lt;!here&gt;");
  expect(escapeMrkdwn("Zahlungen schlagen fehl: 7.3 %")).toBe("Zahlungen schlagen fehl: 7.3 %");
  expect(link("javascript:alert(1)", "x")).toBe("x");
  expect(link("https://a.example.com/|<!channel>", "a<b")).toBe("a&lt;b");
});

test.each([
  ["at <https://status.example.com/i/1?a=1&amp;b=2>", "at https://status.example.com/i/1?a=1&b=2"],
  ["<https://a.example.com|a.example.com> shows it", "https://a.example.com shows it"],
  ["seen by <@U07ALEXLIN1|alex> and <@W07SAMWIER2>", "seen by <@U07ALEXLIN1> and <@W07SAMWIER2>"],
  [
    "<!channel> <!subteam^S07APPROVER|@status-approvers> in <#C07GENERAL1|general>",
    "@channel @status-approvers in #general",
  ],
  ["5 &lt; 7 &amp;&amp; 8 &gt; 7, &amp;lt; stays", "5 < 7 && 8 > 7, &lt; stays"],
  [" Cafe\u0301 \ud800 ", "Caf\u00e9 \ufffd"],
  ["plain & <unescaped", "plain & <unescaped"],
])("Slack's form of %j was typed as %j", (escaped, typed) => {
  expect(typedText(escaped)).toBe(typed);
});

test("dots, blanks and characters that nobody sees say nothing", () => {
  for (const nothing of ["", " . ", "…", "\u200b\u2060", "--"]) expect(saysSomething(nothing)).toBe(false);
  for (const something of ["ok", "7", "はい", "не так"]) expect(saysSomething(something)).toBe(true);
});
