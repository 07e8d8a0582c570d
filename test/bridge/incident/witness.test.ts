import { describe, expect, test } from "vitest";
import { recordWitness } from "../../../bridge/incident/decide/audit.ts";
import { bridgeEffects, slackEffects } from "../../../bridge/incident/pending-effects.ts";
import { SECOND, stateOf, T0 } from "../../support/given.ts";
import { CARD_TS, DRAFT, painted, published, ROOM, resolved } from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

const ROOT16 = "3f9a0c3f9a0c3f9a";
const witnessed = (draftId: string | null) => ({
  type: "CheckpointWitnessed" as const,
  draftId,
  size: 12,
  root16: ROOT16,
});
const owed = (state: ReturnType<typeof stateOf>, witness = true) =>
  bridgeEffects(state, T0 + SECOND, viewWorld(), { ...TIMING, witness }).filter(({ kind }) => kind === "witness");
const lines = (state: ReturnType<typeof stateOf>) =>
  slackEffects(state, T0 + SECOND, viewWorld(), TIMING).flatMap((effect) =>
    effect.kind === "paint-message" && effect.view.kind === "audit_witness" ? [effect] : [],
  );

test("each publication and the end of an incident owe one witness, where there is a log", () => {
  expect(owed(stateOf(...published()))).toMatchObject([{ draftId: DRAFT }]);
  expect(owed(stateOf(...published(), resolved()))).toMatchObject([{ draftId: DRAFT }, { draftId: null }]);
  expect(owed(stateOf(...published(), witnessed(DRAFT), resolved(), witnessed(null)))).toEqual([]);
  expect(owed(stateOf(...published(), resolved()), false)).toEqual([]);
});

test("the first checkpoint that covers it is the one that is told", () => {
  const state = stateOf(...published(), witnessed(DRAFT));
  const { type: _, ...again } = { ...witnessed(DRAFT), size: 14 };
  expect(recordWitness(state, again)).toMatchObject({ kind: "happened", events: [] });
  expect(recordWitness(stateOf(...published()), again)).toMatchObject({ events: [{ size: 14 }] });
});

test("its line replies to the card of what was published, and to the closing message", () => {
  const state = stateOf(
    ...published(),
    witnessed(DRAFT),
    resolved(),
    witnessed(null),
    painted({ key: "closing", channel: ROOM, ts: "1795253999.000100" }),
  );
  expect(lines(state).map(({ thread, view }) => [thread, "digest" in view && view.digest])).toEqual([
    [CARD_TS, `audit 12 ${ROOT16}`],
    ["1795253999.000100", `audit 12 ${ROOT16}`],
  ]);
  expect(lines(stateOf(...published(), resolved(), witnessed(null)))).toEqual([]);
});

describe("what the log has not covered a minute later", () => {
  const told = (state: ReturnType<typeof stateOf>, afterMs: number, witness = true) =>
    slackEffects(state, state.at + afterMs, viewWorld(), { ...TIMING, witness }).flatMap((effect) =>
      effect.kind === "paint-message" && effect.key.startsWith("uncovered-") && effect.view.kind === "notice"
        ? [{ key: effect.key, thread: effect.thread, text: effect.view.text }]
        : [],
    );
  const LATE = { key: `uncovered-${DRAFT}`, thread: CARD_TS };

  test("is told below the card: it is recorded, and nothing outside the ledger proves it yet", () => {
    const state = stateOf(...published());
    expect(told(state, 59_000)).toEqual([]);
    expect(told(state, 60_000)).toMatchObject([
      { ...LATE, text: expect.stringMatching(/recorded.*not covered it yet/) },
    ]);
    expect(told(state, 600_000, false)).toEqual([]);
    expect(lines(state)).toEqual([]);
  });

  test("is told to be covered once it is, in the same message; what was covered in time says nothing", () => {
    const late = painted({ key: LATE.key, channel: ROOM, ts: "1795253999.000200" });
    const covered = stateOf(...published(), late, witnessed(DRAFT));
    expect(told(covered, 60_000)).toMatchObject([{ ...LATE, text: expect.stringMatching(/has covered this/) }]);
    expect(lines(covered)).toHaveLength(1);
    expect(told(stateOf(...published(), witnessed(DRAFT)), 600_000)).toEqual([]);
  });

  test("is told of the end of an incident below its closing message", () => {
    const closing = painted({ key: "closing", channel: ROOM, ts: "1795253999.000100" });
    const ended = stateOf(...published(), witnessed(DRAFT), resolved());
    expect(told(ended, 60_000)).toEqual([]);
    expect(told(stateOf(...published(), witnessed(DRAFT), resolved(), closing), 60_000)).toMatchObject([
      { key: "uncovered-closing", thread: "1795253999.000100" },
    ]);
  });
});

test("an incident that was reopened has its next end witnessed too, and an end that was taken back has no line", () => {
  const reopened = { type: "IncidentReopened" as const, by: null, reason: "it fires again" };
  const again = stateOf(...published(), witnessed(DRAFT), resolved(), witnessed(null), reopened);
  expect(owed(again)).toEqual([]);
  const { type: _, ...late } = witnessed(null);
  expect(recordWitness(again, late)).toMatchObject({ events: [] });
  const ended = stateOf(...published(), witnessed(DRAFT), resolved(), witnessed(null), reopened, resolved());
  expect(owed(ended)).toMatchObject([{ draftId: null, id: expect.stringMatching(/:witness:closing-2$/) }]);
});
