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

test("help lists what exists, with the forms that fit the place", async () => {
  expect(await answer("help")).toBe(
    [
      "*Now*",
      "• `/incident-response help` – what you can type and which forms there are",
      "• `/incident-response status` – where the incident of this room stands",
      "• `/incident-response catchup` – where this incident stands, what happened, and what changed since you last asked",
      "• `/incident-response silence [minutes] [reason]` – silences the reminders of this room for some minutes; 0 lets them come again",
      "• `/incident-response checklist [undo item]` – what is open, what is overdue, and the form that ticks it; `undo` takes a tick back",
      "• `/incident-response do [item] [proof]` – ticks one item of the checklist as done by you",
      "• `/incident-response severity [SEV1…SEV4] [reason]` – raises, lowers or confirms the severity, with a reason",
      "• `/incident-response phase [name] [reason]` – shows the phase, or moves it; what is left open on the way is recorded",
      "• `/incident-response runbook [id | detach id reason]` – the runbooks of this incident; with an id attaches another, `detach` takes one away",
      "• `/incident-response resolve` – what must be proven first, and the form that ends the incident",
      "*People*",
      "• `/incident-response take` – takes command, or accepts it when it was offered to you",
      "• `/incident-response handover [@person] [note]` – offers command to somebody; you keep it until they accept",
      "• `/incident-response page [person|schedule|service] [message]` – pages somebody through OnCall; a line in the room follows it",
      "• `/incident-response role [deputy|communications|scribe] [@person|none]` – gives a role, takes it yourself, or ends it; without words lists the roles",
      "*Customers*",
      "• `/incident-response update` – what customers are told, what waits for approval, and the form for the next update",
      "• `/incident-response leave-open [reason]` – records why the public incident stays open although this one is over",
      "• `/incident-response attest [link]` – accounts for an entry of the status page that was not published from here",
      "*Record*",
      "• `/incident-response evidence [add [id] link [note]]` – what is to be saved; `add` records a link to what was, never the thing itself",
      "• `/incident-response gate [prove check proof | override check reason]` – what must be proven before resolve, and by whom it may be gone past",
      "• `/incident-response note [decision:] [text]` – puts a fact or a decision into the record of this incident",
      "• `/incident-response reopen [reason]` – goes on with an incident that was closed, in the same room",
      "• `/incident-response review [review id] [what you found]` – the break-glass approvals to be reviewed; with an id and a finding, closes that review",
      "• `/incident-response merge [INC-…]` – closes this incident as a duplicate of another and sends its alerts there",
      "• `/incident-response split [alert group]` – gives one alert group of this incident an incident of its own; alone it lists the groups",
      "*Forms*: <https://slack.example.com/shortcuts/Ft2/draft|Customer update> · <https://slack.example.com/shortcuts/Ft3/resolve|Resolve>",
    ].join("\n"),
  );
  expect(await answer("help", "elsewhere")).toContain(
    "*Forms*: <https://slack.example.com/shortcuts/Ft1/declare|Declare an incident>",
  );
  expect(await answer("help", room, {})).not.toContain("Forms");
});

test("a word that does not exist is named, with the nearest one and what exists", async () => {
  expect(await answer("statsu")).toMatch(
    /^There is no command "statsu"\. Did you mean `\/incident-response status`\?\n\*Now\*/,
  );
  expect(await answer("reopening")).toMatch(/^There is no command "reopening"\.\n\*Now\*/);
  expect(await answer("<!channel> `x`")).toMatch(/^There is no command "&lt;!channel&gt;"\./);
});

test("every word of the list can be typed and is described", async () => {
  expect(REGISTRY.map(({ name }) => name)).toEqual([
    "help",
    "status",
    "catchup",
    "silence",
    "take",
    "handover",
    "page",
    "role",
    "checklist",
    "do",
    "severity",
    "phase",
    "runbook",
    "resolve",
    "update",
    "leave-open",
    "attest",
    "evidence",
    "gate",
    "note",
    "reopen",
    "review",
    "merge",
    "split",
  ]);
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
