import { expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import type { Entry } from "../../../bridge/ledger/entry-types.ts";
import { asItStands } from "../../../bridge/postmortem/as-it-stands.ts";
import { timelineOf } from "../../../bridge/postmortem/timeline.ts";
import { INCIDENT, PEOPLE } from "../../support/incident-events.ts";

const taken = (noteId: string, text: string, kind: "fact" | "decision" = "fact"): IncidentEvent => ({
  type: "NoteTaken",
  noteId,
  kind,
  via: "pin",
  text,
  author: PEOPLE.sam,
  by: PEOPLE.alex,
  ts: noteId.slice(1),
  saidAt: "2026-11-21T09:14:05.000Z",
});
const revised = (noteId: string, text: string): IncidentEvent => ({
  type: "NoteRevised",
  noteId,
  text,
  author: PEOPLE.sam,
});
const withdrawn = (noteId: string): IncidentEvent => ({ type: "NoteWithdrawn", noteId, author: PEOPLE.sam });
const entries = (...events: IncidentEvent[]): Entry[] =>
  events.map((event, place) => ({
    v: 1,
    incident: INCIDENT,
    epoch: 1,
    seq: place + 1,
    prev: "0".repeat(64),
    commandId: `c${place}`,
    actor: { kind: "system", id: "slack-app", basis: "effect" },
    at: "2026-11-21T09:14:05.000Z",
    events: [event],
  }));
const told = (...events: IncidentEvent[]) => timelineOf(asItStands(entries(...events))).map(({ text }) => text);

test("what nobody changed is quoted as it was marked", () => {
  const history = entries(taken("m1.1", "The cache was cold"), taken("m2.1", "We roll back", "decision"));
  expect(asItStands(history)).toEqual(history);
});

test("of a message that was edited only the last words are quoted, and each change is told", () => {
  const lines = told(
    taken("m1.1", "cold"),
    revised("m1.1", "lukewarm"),
    taken("m2.1", "other"),
    revised("m1.1", "warm"),
  );
  expect(lines.join("\n")).not.toMatch(/cold|lukewarm/);
  expect(lines[0]).toContain("which was changed later");
  expect(lines[2]).toContain("“other”");
  expect(lines[3]).toContain("it read: “warm”");
});

test("of a message that was deleted no words are quoted, not even those it had in between", () => {
  const lines = told(taken("m1.1", "Stay", "decision"), revised("m1.1", "Go"), withdrawn("m1.1"));
  expect(lines.join("\n")).not.toMatch(/Stay|“Go”/);
  expect(lines[0]).toMatch(/^Decided was a message of .*, which was deleted in Slack later\.$/);
  expect(lines.at(-1)).toContain("its words no longer count");
});
