import { expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { ERASED, UNREADABLE } from "../../../bridge/incident/sealed-events.ts";
import { seenNotes } from "../../../bridge/outbox/reread-notes.ts";
import { iso } from "../../../bridge/platform/clock.ts";
import { given, T0 } from "../../support/given.ts";
import { PEOPLE, roomOpened } from "../../support/incident-events.ts";

const TS = "1795253107.118210";
/** The incident as people read it: with its words. */
const reading = (text: string) => {
  const note: IncidentEvent = {
    type: "NoteTaken",
    noteId: `m${TS}`,
    kind: "fact",
    via: "pin",
    text,
    author: PEOPLE.sam,
    by: PEOPLE.alex,
    ts: TS,
    saidAt: iso(T0),
  };
  return given(...roomOpened(), note).state;
};
const seen = (words: string, said: string | null) => seenNotes(reading(words), [{ ts: TS, text: said }]);

test("the same message in Slack's escaped form is the same words", () => {
  expect(seen("5 < 6 & https://x.example.com", "5 &lt; 6 &amp; <https://x.example.com|x>")).toEqual([
    { noteId: `m${TS}`, now: "same" },
  ]);
});

test("other words are a change, without what looks like a secret; no message is gone", () => {
  const secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  const [changed] = seen("it works", `it works with ${secret}`);
  expect(changed).toMatchObject({ now: "changed", text: "it works with [secret removed]" });
  expect(seen("it works", null)).toEqual([{ noteId: `m${TS}`, now: "gone" }]);
});

test.each([ERASED, UNREADABLE])("words that stand as %s are not taken up a second time", (instead) => {
  expect(seen(instead, "the words that were erased")).toEqual([{ noteId: `m${TS}`, now: "same" }]);
  expect(seen(instead, null)).toEqual([{ noteId: `m${TS}`, now: "gone" }]);
});

test("a message that is in no note is nobody's business", () => {
  expect(seenNotes(reading("x"), [{ ts: "1795253107.000001", text: "private" }])).toEqual([]);
});
