import { expect, test } from "vitest";
import { NOTE_REACTIONS } from "../../../shared/vocabulary.ts";
import { listenToRoom, stopListening } from "../../../slack-app/drain/listen-to-room.ts";
import { slackAnswering } from "../support/slack-answering.ts";

const ROOM = "C07WARROOM9";
const PINS = { id: "Ft1", name: `Pins in ${ROOM}` };
const REACTIONS = { id: "Ft2", name: `Reactions in ${ROOM}` };
const FOREIGN = { id: "Ft3", name: "Pins in C07OTHER001" };
const LIST = "workflows.triggers.list";
const CREATE = "workflows.triggers.create";
const DELETE = "workflows.triggers.delete";

test("a room is listened to for pins and for our reactions, in this channel alone", async () => {
  const { slack, callsOf } = slackAnswering({ [CREATE]: {} });
  expect(await listenToRoom(slack, ROOM, 1)).toEqual({ ok: true });
  const [pins, reactions] = callsOf(CREATE) as { event: Record<string, unknown>; inputs: object }[];
  expect(pins).toMatchObject({
    name: PINS.name,
    event: { event_type: "slack#/events/pin_added", channel_ids: [ROOM] },
  });
  expect(reactions).toMatchObject({ name: REACTIONS.name, event: { channel_ids: [ROOM] } });
  for (const name of Object.keys(NOTE_REACTIONS)) expect(JSON.stringify(reactions?.event)).toContain(`'${name}'`);
  // A pin names no reaction; an input that the event does not hold would fail the run.
  expect(Object.keys(pins?.inputs ?? {})).toEqual(["channel_id", "message_ts", "user_id"]);
  expect(Object.keys(reactions?.inputs ?? {})).toEqual(["channel_id", "message_ts", "user_id", "reaction"]);
});

test("a repeated attempt makes only what is missing, wherever it stands in the list", async () => {
  const pages: Record<string, object> = {
    first: { triggers: [FOREIGN], response_metadata: { next_cursor: "second" } },
    second: { triggers: [PINS] },
  };
  const { slack, callsOf } = slackAnswering({
    [LIST]: ({ cursor }) => ({ ...pages[String(cursor ?? "first")] }),
    [CREATE]: {},
  });
  expect(await listenToRoom(slack, ROOM, 2)).toEqual({ ok: true });
  expect(callsOf(CREATE).map(({ name }) => name)).toEqual([REACTIONS.name]);
});

test.each([
  ["is the step's result where it will not change", "restricted_action", { ok: false, error: "restricted_action" }],
  ["is put off where it may", "ratelimited", { later: { error: "ratelimited" } }],
])("a refusal %s", async (_, error, end) => {
  expect(await listenToRoom(slackAnswering({ [CREATE]: error }).slack, ROOM, 1)).toMatchObject(end);
  expect(await listenToRoom(slackAnswering({ [LIST]: error }).slack, ROOM, 2)).toMatchObject(end);
});

test("when the room goes its triggers go, and no other; what cannot be removed keeps nothing", async () => {
  const { slack, callsOf } = slackAnswering({
    [LIST]: { triggers: [PINS, FOREIGN, REACTIONS] },
    [DELETE]: ({ trigger_id }) => (trigger_id === PINS.id ? "trigger_not_found" : {}),
  });
  await stopListening(slack, ROOM);
  expect(callsOf(DELETE).map(({ trigger_id }) => trigger_id)).toEqual([PINS.id, REACTIONS.id]);
  await stopListening(slackAnswering({ [LIST]: "fatal_error" }).slack, ROOM);
});
