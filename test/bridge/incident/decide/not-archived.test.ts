import { describe, expect, test } from "vitest";
import { recordNotArchived } from "../../../../bridge/incident/decide/not-archived.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import { slackEffects } from "../../../../bridge/incident/pending-effects.ts";
import { closingView } from "../../../../bridge/incident/views/room-messages.ts";
import { stillOwes } from "../../../../bridge/index-table/incident-rows.ts";
import { at, given, HOUR, type Moment, stateOf, T0 } from "../../../support/given.ts";
import { INCIDENT, painted, published, resolved, roomOpened } from "../../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../../support/view-world.ts";

const DAY = 24 * HOUR;
const ARCHIVE = `${INCIDENT}:archive-room`;
const DUE = T0 + TIMING.noiseArchiveAfterMs;
const over = [...roomOpened(), resolved({ outcome: "not_an_incident" }), painted({ key: "closing" })];
const refusedBySlack = (attempt: number): IncidentEvent => ({
  type: "EffectFailed",
  effectId: ARCHIVE,
  attempt,
  error: "restricted_action",
});
const left: IncidentEvent = { type: "RoomNotArchived", reason: "restricted_action" };
const failing = (attempt: number, now: number) => (state: ReturnType<typeof stateOf>) =>
  recordNotArchived(state, { effectId: ARCHIVE, attempt, error: "restricted_action" }, { grace: TIMING, now });
const owed = (history: readonly (IncidentEvent | Moment)[], now: number) =>
  slackEffects(stateOf(...history), now, viewWorld(), TIMING).flatMap(
    (effect): { key: string; where?: string; text?: string }[] => {
      if (effect.kind === "archive-room") return [{ key: "archive-room" }];
      if (effect.kind !== "paint-message" || !effect.key.startsWith("not-archived")) return [];
      return [{ key: effect.key, where: effect.where, text: "text" in effect.view ? effect.view.text : "" }];
    },
  );

describe("a room that Slack does not archive", () => {
  test.each([
    ["for less than a day", 5, DUE + DAY - 1],
    ["only twice, however late", 2, DUE + 9 * DAY],
  ])("is tried on when it failed %s", (_, attempt, now) => {
    given(...over)
      .when(failing(attempt, now), now)
      .then(refusedBySlack(attempt));
    expect(owed([...over, refusedBySlack(attempt)], now)).toEqual([{ key: "archive-room" }]);
  });

  test("is left standing after a day, on record with Slack's last word, once", () => {
    const tried = [...over, ...[1, 2, 3, 4, 5].map(refusedBySlack)];
    // Of many failures only the first few are recorded; the end of trying is, whichever it is.
    given(...tried)
      .when(failing(31, DUE + DAY), DUE + DAY)
      .then(left);
    given(...tried, left)
      .when(failing(32, DUE + 2 * DAY), DUE + 2 * DAY)
      .then();
  });

  test("is not given up while something else keeps it", () => {
    const kept = [...published(), resolved(), painted({ key: "closing" })];
    given(...kept)
      .when(failing(4, T0 + 90 * DAY), T0 + 90 * DAY)
      .then(refusedBySlack(4));
  });

  test("is told so, once, and is then on no list any more", () => {
    const gone = [...over, at(DUE + DAY, left)];
    const text =
      "This incident is over, but its room could not be archived for a day: Slack answered restricted_action. It is not tried again; archive it by hand.";
    expect(owed(gone, DUE + DAY)).toEqual([{ key: "not-archived", where: "room", text }]);
    expect(stillOwes(stateOf(...gone))).toBe(true);
    const told = [...gone, painted({ key: "not-archived", rev: "1" })];
    expect(owed(told, DUE + 9 * DAY)).toEqual([]);
    expect(stillOwes(stateOf(...told))).toBe(false);
  });

  test("that takes no message either is named in the alerts channel", () => {
    const noMessage = (attempt: number): IncidentEvent => ({
      type: "EffectFailed",
      effectId: `${INCIDENT}:paint:not-archived:first`,
      attempt,
      error: "channel_not_found",
    });
    const twice = [...over, left, noMessage(1), noMessage(2)];
    expect(owed(twice, DUE + DAY)).toMatchObject([{ where: "room" }]);
    const thrice = [...twice, noMessage(3)];
    expect(owed(thrice, DUE + DAY)).toMatchObject([
      {
        key: "not-archived-told",
        where: "alerts",
        text: expect.stringMatching(/^INC-\S+ is over, but #inc-1121-payments/),
      },
    ]);
    expect(stillOwes(stateOf(...thrice, painted({ key: "not-archived-told", rev: "1" })))).toBe(false);
  });

  test("is a step of the closing message that failed, and done when a person has archived it", () => {
    const step = (...history: IncidentEvent[]) =>
      closingView(stateOf(...history), viewWorld())?.steps.find(({ text }) => text === "Room archived");
    expect(step(...over, left)).toMatchObject({ state: "failed", note: expect.stringContaining("restricted_action") });
    expect(step(...over, left, { type: "RoomArchived", channel: "C07WARROOM9" })).toMatchObject({ state: "done" });
  });
});
