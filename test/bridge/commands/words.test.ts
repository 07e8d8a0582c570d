import { expect, test } from "vitest";
import { answerCommand } from "../../../bridge/commands/answer-command.ts";
import { elapsed } from "../../../bridge/commands/elapsed.ts";
import { escapeKeepingMentions, escapeMrkdwn, link } from "../../../bridge/commands/mrkdwn.ts";
import { nearestWord } from "../../../bridge/commands/nearest-word.ts";
import { REGISTRY } from "../../../bridge/commands/registry.ts";
import type { FormLinks } from "../../../bridge/commands/slash-command.ts";
import { fired, incidentOf, OPENED_AT, opened } from "./incidents.ts";

const LINKS: FormLinks = {
  declare_incident: "https://slack.example.com/shortcuts/Ft1/declare",
  draft_status_update: "https://slack.example.com/shortcuts/Ft2/draft",
  resolve_incident: "https://slack.example.com/shortcuts/Ft3/resolve",
};
const room = incidentOf([0, "intake", opened()], [0, "intake", fired()]);
const answer = (text: string, incident: typeof room | undefined = room, links = LINKS) =>
  answerCommand(text, { incident, links, now: OPENED_AT, registry: REGISTRY });

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

test("nothing typed is help; a word's case and what follows it do not matter", () => {
  expect(answer("")).toBe(answer("help"));
  expect(answer("  Status now please ")).toBe(answer("status"));
});

test("help lists what exists, with the forms that fit the place", () => {
  expect(answer("help")).toBe(
    [
      "*Now*",
      "• `/incident-response help` – what you can type and which forms there are",
      "• `/incident-response status` – where the incident of this room stands",
      "*Forms*: <https://slack.example.com/shortcuts/Ft2/draft|Customer update> · <https://slack.example.com/shortcuts/Ft3/resolve|Resolve>",
    ].join("\n"),
  );
  expect(answerCommand("help", { incident: undefined, links: LINKS, now: 0, registry: REGISTRY })).toContain(
    "*Forms*: <https://slack.example.com/shortcuts/Ft1/declare|Declare an incident>",
  );
  expect(answer("help", room, {})).not.toContain("Forms");
});

test("a word that does not exist is named, with the nearest one and what exists", () => {
  expect(answer("statsu")).toMatch(
    /^There is no command "statsu"\. Did you mean `\/incident-response status`\?\n\*Now\*/,
  );
  expect(answer("resolve")).toMatch(/^There is no command "resolve"\.\n\*Now\*/);
  expect(answer("<!channel> `x`")).toMatch(/^There is no command "&lt;!channel&gt;"\./);
});

test("every word of the list can be typed and is described", () => {
  expect(REGISTRY.map(({ name }) => name)).toEqual(["help", "status"]);
  for (const { name, summary } of REGISTRY) {
    expect(name).toMatch(/^[a-z]+$/);
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(answer(name)).not.toContain("There is no command");
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
