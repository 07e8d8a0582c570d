import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSentences } from "../../../bridge/postmortem/check-sentences.ts";
import { writePostmortem } from "../../../bridge/postmortem/postmortem.ts";
import { duration } from "../../../bridge/postmortem/time-words.ts";
import { timelineOf } from "../../../bridge/postmortem/timeline.ts";
import { oneOfEach, story } from "./story.ts";

const context = {
  slackLink: "https://slack.com/app_redirect?channel=C07ROOM0001",
  statusUrl: "https://status.kestrel.example.com/incidents/x1",
  names: { U07RILEYQ4: "Riley Quinn" },
};

test("every line of the written sections cites entries that exist, and nothing of the template is dropped", () => {
  const { markdown, sentences, dropped } = writePostmortem(story, context);
  assert.deepEqual(dropped, []);
  const sections = markdown.split("## ").slice(1, -3);
  const lines = sections.flatMap((section) => section.split("\n").filter((line) => line.startsWith("- ")));
  assert.equal(lines.length, sentences.length);
  for (const line of lines) assert.match(line, / \[E#\d+(?:, E#\d+)*\]$/);
  for (const { sources } of sentences) for (const seq of sources) assert.ok(seq >= 1 && seq <= story.length);
});

test("it tells who commanded, when customers were told, who approved and how long it lasted", () => {
  const { markdown, title } = writePostmortem(story, context);
  assert.equal(title, "Postmortem INC-20261114-0941-K7QD: HighErrorRate payments");
  for (const words of [
    "It was closed as resolved after 1 h 12 min. [E#1, E#13]",
    "Sam Wierd took command from Alex Lin at 2026-11-14 10:11:07 UTC. [E#12]",
    "Customers were first told at 2026-11-14 09:53:07 UTC, 12 min after the opening. [E#1, E#11]",
    "At 2026-11-14 09:53:07 UTC customers read (investigating) “Card payments failing”: “Some card payments fail. Next update by 10:30 UTC.” [E#9, E#11]",
    "Riley Quinn had approved that text (approver-group)",
    "Error rate: “4.2/s, two hours ago 0.1/s”. [E#3]",
    "[War room](https://slack.com/app_redirect?channel=C07ROOM0001)",
  ]) {
    assert.ok(markdown.includes(words), `missing: ${words}\n${markdown}`);
  }
});

test("secrets and customers' data stay out, responders and what broke stay in", () => {
  const { markdown } = writePostmortem(story, context);
  for (const value of ["Sup3rS3cret!9", "Maria", "Gonzalez", "maria@bistro.example", "7946"]) {
    assert.ok(!markdown.includes(value), value);
  }
  assert.match(markdown, /Rolled back v2\.14\.1 on db-1\.prod\.internal; password=\\\[secret removed\\\] was rotated/);
});

test("an incident that only just opened still gives a text", () => {
  const { markdown, dropped } = writePostmortem(story.slice(0, 1));
  assert.deepEqual(dropped, []);
  assert.match(markdown, /The incident was opened at 2026-11-14 09:41:07 UTC\. \[E#1\]/);
  assert.doesNotMatch(markdown, /closed/);
});

test("quoted words cannot become links, headings or mentions", () => {
  const opening = story[0];
  assert.ok(opening);
  const [opened, ...rest] = opening.events;
  assert.ok(opened?.type === "IncidentOpened");
  const entry = { ...opening, events: [{ ...opened, title: "# [click](http://evil.example) `x` <b>" }, ...rest] };
  const { markdown } = writePostmortem([entry]);
  assert.ok(markdown.includes("\\# \\[click\\](http://evil.example) \\`x\\` \\<b\\>"));
});

test("a sentence with an unknown entry, or without one, is dropped", () => {
  const { kept, dropped } = checkSentences(
    [
      { text: "Alex Lin took command.", sources: [99] },
      { text: "Alex Lin took command.", sources: [] },
      { text: "Alex Lin took command.", sources: [7] },
    ],
    story,
  );
  assert.equal(kept.length, 1);
  assert.deepEqual(
    dropped.map(({ why }) => why),
    ["there is no entry 99", "it cites no entry"],
  );
});

test.each([
  ["a number that no cited entry holds", "The error rate was 7.9/s.", [3]],
  ["a time that no cited entry holds", "Alex Lin took command at 09:45 UTC.", [7]],
  ["a name that no cited entry holds", "Command went to Riley Quinn.", [7]],
  ["a true name of another entry", "The one in command was Sam Wierd.", [7]],
  ["words that nobody wrote", "Alex Lin wrote “all cards were stolen”.", [8]],
  ["a duration that does not fit the times", "It lasted 2 h 5 min.", [1, 13]],
])("%s drops the sentence", (_, text, sources) => {
  assert.equal(checkSentences([{ text, sources }], story).kept.length, 0);
});

test.each([
  ["a number of the entry", "The error rate was 4.2/s.", [3]],
  ["a time of the entry, to the minute", "Command was taken at 09:44 UTC.", [7]],
  ["a name by the id in the entry", "The one in command was Sam Wierd.", [12]],
  ["words of the entry", "Alex Lin wrote “Card payments fail”.", [8]],
  ["the duration between two entries", "It lasted 1 h 12 min.", [1, 13]],
  ["a count of the entry's events", "There were 3 alerts.", [1]],
])("%s keeps the sentence", (_, text, sources) => {
  assert.deepEqual(checkSentences([{ text, sources }], story).dropped, []);
});

test("every event type has a sentence or is known to be machinery", () => {
  const [entry] = story;
  assert.ok(entry);
  const silent = oneOfEach.filter((event) => timelineOf([{ ...entry, events: [event] }]).length === 0);
  assert.deepEqual(silent.map(({ type }) => type).sort(), [
    "CardRepainted",
    "DraftShown",
    "DraftSuperseded",
    "MessagePainted",
    "PostmortemReserved",
    "PublishStarted",
  ]);
});

test("every timeline sentence stands up to the checker, whatever the event", () => {
  const [entry] = story;
  assert.ok(entry);
  for (const event of oneOfEach) {
    const entries = [
      ...story.slice(0, 2),
      { ...entry, seq: 3, actor: { kind: "human" as const, id: "U07ALEXLIN1", basis: "member" }, events: [event] },
    ];
    const lines = timelineOf(entries).filter(({ seq }) => seq === 3);
    const { dropped } = checkSentences(
      lines.map(({ text, seq }) => ({ text, sources: [seq] })),
      entries,
    );
    assert.deepEqual(dropped, [], event.type);
  }
});

test("an unfinished ledger of any length gives the same text twice and never an unsourced sentence", () => {
  fc.assert(
    fc.property(fc.subarray(story, { minLength: 1 }), (entries) => {
      const first = writePostmortem(entries, context);
      expect(writePostmortem(entries, context)).toEqual(first);
      expect(first.sentences.every(({ sources }) => sources.length > 0)).toBe(true);
      expect(first.dropped).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("durations are whole and read well", () => {
  assert.deepEqual(
    [0, 45_000, 60_000, 4_320_000, 183_900_000].map((ms) => duration(0, ms)),
    ["0 s", "45 s", "1 min", "1 h 12 min", "2 d 3 h 5 min"],
  );
});
