import { describe, expect, test } from "vitest";
import { recordReread, takeNote } from "../../../../bridge/incident/decide/notes.ts";
import type { EventOf, IncidentEvent } from "../../../../bridge/incident/events.ts";
import { awaitsLastLook, notesToReread } from "../../../../bridge/incident/notes-to-reread.ts";
import { bridgeEffects } from "../../../../bridge/incident/pending-effects.ts";
import { iso } from "../../../../bridge/platform/clock.ts";
import { at, given, HOUR, MINUTE, type Moment, SECOND, stateOf, T0 } from "../../../support/given.ts";
import { INCIDENT, PEOPLE, resolved, roomOpened } from "../../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../../support/view-world.ts";

const { alex, sam } = PEOPLE;
const TS = "1795253107.118210";
const note = (change: Partial<EventOf<"NoteTaken">> = {}): EventOf<"NoteTaken"> => ({
  type: "NoteTaken",
  noteId: `m${change.ts ?? TS}`,
  kind: "fact",
  via: "pin",
  text: "The cache was cold",
  author: sam,
  by: alex,
  ts: TS,
  saidAt: iso(T0),
  ...change,
});
const take = (change: Partial<EventOf<"NoteTaken">> = {}) => {
  const { type: _, saidAt, ...rest } = note(change);
  return (state: Parameters<typeof takeNote>[0]) => takeNote(state, { ...rest, saidAt: Date.parse(saidAt) });
};
const nudged = (n: number): IncidentEvent => ({ type: "NudgeIssued", n, reason: "Customers wait." });

describe("a note", () => {
  test("is taken once, whoever marks the message again, and becomes a decision when somebody marks it as one", () => {
    given(...roomOpened())
      .when(take())
      .then(note());
    given(...roomOpened(), note())
      .when(take({ via: "reaction", by: sam }))
      .thenNothing();
    given(...roomOpened(), note())
      .when(take({ kind: "decision", via: "reaction" }))
      .then(note({ kind: "decision", via: "reaction" }));
    given(...roomOpened(), note({ kind: "decision" }))
      .when(take())
      .thenNothing();
  });

  test("is taken as long as there is a room, and no more than two hundred are", () => {
    given(...roomOpened(), resolved())
      .when(take())
      .then(note());
    given(...roomOpened(), resolved(), { type: "RoomArchived", channel: "C07WARROOM9" })
      .when(take())
      .thenRefused("incident-closed");
    const many = Array.from({ length: 200 }, (_, n) => note({ noteId: `typed-${n}`, ts: null }));
    given(...roomOpened(), ...many)
      .when(take())
      .thenRefused("too-many-notes");
    given(...roomOpened(), ...many.slice(1), note())
      .when(take({ kind: "decision" }))
      .then(note({ kind: "decision" }));
  });
});

describe("messages that are in the record", () => {
  const OTHER = "1795253108.000100";
  const noted = [...roomOpened(), note(), note({ ts: OTHER }), note({ noteId: "typed-1", ts: null })];
  const [first, second] = [`m${TS}`, `m${OTHER}`];

  test("are looked at again at each reminder and at the end, and typed words never", () => {
    expect(notesToReread(stateOf(...noted))).toBeUndefined();
    const reminded = [...noted, at(T0 + MINUTE, nudged(1))];
    expect(notesToReread(stateOf(...reminded))).toMatchObject({
      effectId: `${INCIDENT}:reread:${T0 + MINUTE}`,
      messages: [{ ts: TS }, { ts: OTHER }],
    });
    const looked = [...reminded, at(T0 + 2 * MINUTE, { type: "NotesReread", noteIds: [first, second] })];
    expect(notesToReread(stateOf(...looked))).toBeUndefined();
    expect(notesToReread(stateOf(...looked, at(T0 + 3 * MINUTE, resolved())))?.messages).toHaveLength(2);
  });

  test("are asked about ten at a time, and no more where Slack keeps refusing to show them", () => {
    const crowd = Array.from({ length: 12 }, (_, n) => note({ ts: `17952531${n + 10}.000100` }));
    const state = [...roomOpened(), ...crowd, at(T0 + MINUTE, nudged(1))];
    expect(notesToReread(stateOf(...state))?.messages).toHaveLength(10);
    const refused = (attempt: number): IncidentEvent => ({
      type: "EffectFailed",
      effectId: `${INCIDENT}:reread:${T0 + MINUTE}`,
      attempt,
      error: "not_in_channel",
    });
    expect(notesToReread(stateOf(...state, refused(1), refused(2), refused(3)))).toBeUndefined();
  });

  test("that were edited get their new words, that were deleted are withdrawn for good, and the others stay", () => {
    const seen = given(...noted).when((state) =>
      recordReread(state, [
        { noteId: first, now: "changed", text: "The cache was warm" },
        { noteId: second, now: "gone" },
        { noteId: "m1.000001", now: "gone" },
      ]),
    );
    seen.then(
      { type: "NoteRevised", noteId: first, text: "The cache was warm", author: sam },
      { type: "NoteWithdrawn", noteId: second, author: sam },
      { type: "NotesReread", noteIds: [first, second] },
    );
    const after = [...noted, { type: "NoteWithdrawn", noteId: second, author: sam } as const];
    given(...after)
      .when((state) => recordReread(state, [{ noteId: second, now: "changed", text: "Back again" }]))
      .thenNothing();
    expect(seen.after().life.notes.get(first)).toMatchObject({ text: "The cache was warm" });
  });

  test("hold up the postmortem for a last look, for a minute at most", () => {
    const over = [...noted, at(T0 + HOUR, resolved())];
    const drafts = (history: readonly (IncidentEvent | Moment)[], now: number) =>
      bridgeEffects(stateOf(...history), now, viewWorld(), TIMING).some(({ kind }) => kind === "draft-postmortem");
    expect(drafts(over, T0 + HOUR + SECOND)).toBe(false);
    const looked: (IncidentEvent | Moment)[] = [...over, { type: "NotesReread", noteIds: [first, second] }];
    expect(drafts(looked, T0 + HOUR + SECOND)).toBe(true);
    expect(drafts(over, T0 + HOUR + MINUTE)).toBe(true);
    expect(awaitsLastLook(stateOf(...noted), T0 + HOUR)).toBe(false);
    expect(drafts([...roomOpened(), at(T0 + HOUR, resolved())], T0 + HOUR + SECOND)).toBe(true);
  });
});
