import { describe, expect, test } from "vitest";
import { recordMarked } from "../../../bridge/incident/decide/marking.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { readingDue } from "../../../bridge/incident/marking.ts";
import { slackEffects } from "../../../bridge/incident/pending-effects.ts";
import { marksView } from "../../../bridge/incident/views/marks-view.ts";
import { MINUTE, type Moment, stateOf, T0 } from "../../support/given.ts";
import { INCIDENT, opened, PEOPLE, painted, ROOM, resolved, roomOpened } from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

const EVERY = 10 * MINUTE;
const world = viewWorld({ markEveryMs: EVERY });
const TS = "1795253110.000200";
const marked = (change: Partial<Extract<IncidentEvent, { type: "RoomMarked" }>> = {}): IncidentEvent => ({
  type: "RoomMarked",
  n: 1,
  until: TS,
  messages: 3,
  marks: [{ ts: TS, kind: "decision", author: PEOPLE.sam }],
  why: null,
  ...change,
});
const noted = (): IncidentEvent => ({
  type: "NoteTaken",
  noteId: `m${TS}`,
  kind: "decision",
  via: "suggestion",
  text: "we roll back",
  author: PEOPLE.sam,
  by: PEOPLE.alex,
  ts: TS,
  saidAt: new Date(T0).toISOString(),
});
const nothing = (n: number) => marked({ n, marks: [], until: null });
const due = (history: readonly (IncidentEvent | Moment)[], now: number, everyMs: number | undefined = EVERY) =>
  readingDue(stateOf(...history), now, everyMs);

describe("a room is read", () => {
  test("every ten minutes while it is open and a model is there", () => {
    expect(due(roomOpened(), T0 + EVERY - 1)).toBeUndefined();
    expect(due(roomOpened(), T0 + EVERY)).toBe(1);
    expect(readingDue(stateOf(...roomOpened()), T0 + EVERY, undefined)).toBeUndefined();
    expect(due([...roomOpened(), marked()], T0 + EVERY - 1)).toBeUndefined();
    expect(due([...roomOpened(), marked()], T0 + EVERY)).toBe(2);
    expect(due([...roomOpened(), resolved()], T0 + EVERY)).toBeUndefined();
  });

  test("less often while nothing is found, and again as often once something was", () => {
    const quiet = [...roomOpened(), nothing(1), nothing(2)];
    expect(due(quiet, T0 + 4 * EVERY - 1)).toBeUndefined();
    expect(due(quiet, T0 + 4 * EVERY)).toBe(3);
    expect(due([...quiet, marked({ n: 3 })], T0 + EVERY)).toBe(4);
    const long = [...roomOpened(), ...Array.from({ length: 9 }, (_, n) => nothing(n + 1))];
    expect(due(long, T0 + 8 * EVERY)).toBe(10);
  });

  test("never in a restricted incident", () => {
    const secret = [opened({ class: "security" }), ...roomOpened().slice(1)];
    expect(due(secret, T0 + EVERY)).toBeUndefined();
  });

  test("from where it was read before", () => {
    const effects = slackEffects(stateOf(...[...roomOpened(), marked()]), T0 + EVERY, world, TIMING);
    expect(effects.find(({ kind }) => kind === "read-room")).toEqual({
      kind: "read-room",
      id: `${INCIDENT}:read:2`,
      after: TS,
    });
  });
});

describe("what was suggested", () => {
  test("is one list for the scribe, by link, with a button for each that is not in the record", () => {
    const state = stateOf(
      ...[
        ...roomOpened(),
        marked({
          marks: [
            { ts: TS, kind: "decision", author: PEOPLE.sam },
            { ts: "1795253111.000200", kind: "impact", author: null },
          ],
        }),
        noted(),
      ],
    );
    const view = marksView(state, world);
    expect(view?.text).toContain(`1. a decision? <@${PEOPLE.sam}>`);
    expect(view?.text).toContain(`https://slack.com/archives/${ROOM}/p1795253110000200 (in the record)`);
    expect(view?.text).not.toContain("we roll back");
    expect(view?.controls).toEqual([
      expect.objectContaining({ label: "Add 2", inputs: { message_ts: "1795253111.000200", suggested: "impact" } }),
    ]);
  });

  test("gives way to the next list", () => {
    const state = stateOf(
      ...[...roomOpened(), marked(), painted({ key: "marks-1" }), marked({ n: 2 }), painted({ key: "marks-2" })],
    );
    const removed = slackEffects(state, T0 + MINUTE, world, TIMING).filter(({ kind }) => kind === "remove-message");
    expect(removed).toEqual([expect.objectContaining({ id: `${INCIDENT}:remove:marks-1` })]);
  });

  test("leaves out what is in the record, and counts once", () => {
    const state = stateOf(...[...roomOpened(), noted()]);
    const { type: _, ...found } = marked() as Extract<IncidentEvent, { type: "RoomMarked" }>;
    expect(recordMarked(state, found)).toMatchObject({ events: [{ marks: [], messages: 3 }] });
    const after = stateOf(...[...roomOpened(), marked()]);
    expect(recordMarked(after, found)).toMatchObject({ events: [] });
  });

  test("adds nothing to the record by itself", () => {
    expect(stateOf(...[...roomOpened(), marked()]).life.notes.size).toBe(0);
  });
});
