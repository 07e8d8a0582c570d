import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IncidentEvent } from "../../../bridge/incident/events.ts";
import { evolve } from "../../../bridge/incident/evolve.ts";
import {
  ERASED,
  inPlainForm,
  isSealed,
  RecordedEvent,
  sealed,
  UNREAD,
  type Words,
  wordsIn,
} from "../../../bridge/incident/sealed-events.ts";
import { initialIncident } from "../../../bridge/incident/state.ts";
import { anyEvent } from "../../support/event-arbitrary.ts";
import { holds } from "../../support/holds.ts";
import { INCIDENT } from "../../support/incident-events.ts";

const COMMIT = "c0".repeat(32);
const WORDS = "words that a person said";
const withWords = anyEvent.filter((event) => wordsIn(event) !== undefined);

/** The same event with other words in every place that has any. */
const saying = (event: IncidentEvent, words: string): IncidentEvent => inPlainForm(sealed(event, COMMIT), words);

const folded = (events: readonly RecordedEvent[]) =>
  events.reduce(
    (state, event, place) =>
      evolve(state, {
        seq: place + 1,
        commandId: `command-${place}`,
        actor: { kind: "system", id: "bridge", basis: "effect" },
        at: "2026-11-21T09:14:05.000Z",
        events: [event],
      }),
    initialIncident(INCIDENT),
  );
const text = (value: unknown) => inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null });

describe("an event that holds words of people", () => {
  test("is recorded without them and given back whole", () => {
    holds(
      fc.property(withWords, (event) => {
        const kept = wordsIn(event) as Words;
        const recorded = sealed(saying(event, WORDS), COMMIT);
        expect(text(recorded)).not.toContain(WORDS);
        expect(RecordedEvent.parse(recorded)).toEqual(recorded);
        expect(inPlainForm(sealed(event, COMMIT), kept)).toEqual(event);
      }),
    );
  });

  test("is a fact of the same form when nobody may read the words", () => {
    holds(
      fc.property(withWords, (event) => {
        const unread = inPlainForm(sealed(event, COMMIT));
        expect(IncidentEvent.parse(unread)).toEqual(unread);
        expect(unread.type).toBe(event.type);
        expect(text(unread)).toContain(UNREAD);
      }),
    );
  });
});

test("no state that rules decide on holds words of people, and it is the same whatever they were", () => {
  holds(
    fc.property(
      fc.array(anyEvent, { maxLength: 12 }),
      fc.array(withWords, { minLength: 1, maxLength: 6 }),
      (any, said) => {
        const history = (words: string) => [
          ...any,
          ...said.map((event) => sealed(saying(event, words), COMMIT)),
          ...any.map((event) => (wordsIn(event) ? sealed(saying(event, words), COMMIT) : event)),
        ];
        expect(text(folded(history(WORDS).filter(isSealed)))).not.toContain(WORDS);
        expect(folded(history(WORDS))).toEqual(folded(history("quite other words")));
      },
    ),
  );
});

test("words that are missing among those kept are none", () => {
  const rated: IncidentEvent = { type: "ResponseRated", by: "U07ALEXLIN1", score: 4, comment: WORDS };
  expect(inPlainForm(sealed(rated, COMMIT), {})).toEqual({ ...rated, comment: null });
});

test("what a rule did is recorded with the rule's own words", () => {
  const raised = { type: "SeverityChanged", from: "SEV2", to: "SEV1", rule: "alert", opensRoom: false } as const;
  const reason = "an alert has label severity=critical";
  expect(wordsIn({ ...raised, by: null, reason })).toBeUndefined();
  expect(wordsIn({ ...raised, by: "U07ALEXLIN1", reason })).toEqual({ reason });
});

test("what a rule did in words of an alert is recorded without them", () => {
  const reason = "the alert Checkout of Ada Lovelace fails fired again";
  expect(wordsIn({ type: "IncidentReopened", by: null, reason })).toEqual({ reason });
});

describe("people in lists", () => {
  const sam = { id: "UD3V8HN5PZ6JC", username: "sam", userId: "U07SAMWIER2" };
  const kim = { id: "UF9B4RSK7YE2G", username: "kim", userId: null };
  const called = { type: "PageCalled", pageId: "PG-1", n: 1, groupId: null, people: [sam, kim] } as const;
  const words = { "people.0.username": "sam", "people.1.username": "kim" };

  test("keep their ids; each name has a place of its own", () => {
    const event = { ...called, people: [...called.people] };
    expect(wordsIn(event)).toEqual(words);
    const unread = { ...called, people: [sam, kim].map((one) => ({ ...one, username: UNREAD })) };
    const recorded = sealed(event, COMMIT);
    expect(recorded).toEqual({ ...unread, type: "PageCalledSealed", commit: COMMIT });
    expect(inPlainForm(recorded)).toEqual(unread);
    expect(inPlainForm(recorded, words)).toEqual(called);
    expect(inPlainForm(recorded, ERASED)).toMatchObject({ people: [{ username: ERASED }, { username: ERASED }] });
  });

  test("whose names were recorded before they were sealed are read as ever", () => {
    const target = { kind: "schedule", id: "SV6H2NPZ8RW4J", name: "Payments" } as const;
    const rest = { pageId: "PG-1", target, important: true, by: null, cause: "person" } as const;
    const before = RecordedEvent.parse({ ...rest, type: "PageRequestedSealed", commit: COMMIT });
    expect(inPlainForm(before, { message: WORDS })).toEqual({ ...rest, type: "PageRequested", message: WORDS });
    expect(inPlainForm(before, ERASED)).toEqual({ ...rest, type: "PageRequested", message: ERASED });
  });

  test("are known to have answered by rules that know no names", () => {
    const attached = {
      type: "AlertAttached",
      source: "oncall",
      groupId: "IW4K9ZP7TN2XC",
      title: "x",
      alertCount: 1,
      occurredAt: "2026-11-21T09:14:05.000Z",
    } as const;
    const state = folded([
      sealed(
        {
          type: "PageRequested",
          pageId: "PG-1",
          target: { kind: "person", id: "U07SAMWIER2", name: "Sam" },
          message: null,
          important: true,
          by: null,
          cause: "person",
        },
        COMMIT,
      ),
      sealed({ ...called, groupId: "IW4K9ZP7TN2XC", people: [sam] }, COMMIT),
      sealed({ ...attached, kind: "notified", by: sam.id, dedupeKey: "n", named: [sam] }, COMMIT),
      sealed({ ...attached, kind: "acknowledged", by: sam.id, dedupeKey: "a", named: [] }, COMMIT),
    ]);
    expect(state.pages.get("PG-1")).toMatchObject({ acknowledged: { by: sam.id }, sent: { groupId: "IW4K9ZP7TN2XC" } });
  });
});

test("that nothing was said can be seen by everybody, also where something else was", () => {
  const asked = { type: "WorkflowAsked", run: "Wr1", ask: "role", userId: null } as const;
  const recorded = sealed({ ...asked, subject: WORDS, words: null }, COMMIT);
  expect(RecordedEvent.parse(recorded)).toEqual({ ...asked, type: "WorkflowAskedSealed", words: null, commit: COMMIT });
  expect(inPlainForm(recorded)).toEqual({ ...asked, subject: UNREAD, words: null });
  const before = { type: "ResponseRatedSealed", by: "U07ALEXLIN1", score: 4, commit: COMMIT } as const;
  expect(inPlainForm(RecordedEvent.parse(before), { comment: null })).toMatchObject({ comment: null });
});

test("an event without words is recorded as it is", () => {
  const unsaid: IncidentEvent = { type: "ResponseRated", by: "U07ALEXLIN1", score: 4, comment: null };
  expect(wordsIn(unsaid)).toBeUndefined();
  expect(wordsIn({ ...unsaid, comment: "" })).toBeUndefined();
  expect(inPlainForm(unsaid)).toBe(unsaid);
});

test("no event in clear has a field that commitments have", () => {
  for (const { shape } of IncidentEvent.options) expect(Object.keys(shape)).not.toContain("commit");
});

test("a commitment that is no hash is no event", () => {
  const note = { type: "WorkflowNotedSealed", run: "Wr1", commit: "x" };
  expect(RecordedEvent.safeParse(note).success).toBe(false);
  expect(RecordedEvent.safeParse({ ...note, commit: COMMIT }).success).toBe(true);
  expect(RecordedEvent.safeParse({ ...note, commit: COMMIT, words: WORDS }).success).toBe(false);
});
