import { describe, expect, test } from "vitest";
import {
  recordArchived,
  recordFailure,
  recordPainted,
  recordResponders,
  recordRoomStep,
  recordRungAgain,
  recordWatchdog,
  requestRoom,
} from "../../../../bridge/incident/decide/room.ts";
import type { IncidentEvent } from "../../../../bridge/incident/events.ts";
import type { Incident } from "../../../../bridge/incident/state.ts";
import { given } from "../../../support/given.ts";
import {
  opened,
  PEOPLE,
  painted,
  ROOM,
  resolved,
  responders,
  roomOpened,
  step,
} from "../../../support/incident-events.ts";

const { type: _responders, ...found } = responders();
const archived: IncidentEvent = { type: "RoomArchived", channel: ROOM };
type Report = Parameters<typeof recordRoomStep>[1];
const did =
  (name: Report["step"], fields: Partial<Report> = {}) =>
  (state: Incident) =>
    recordRoomStep(state, { result: "room-step", executionId: "Fx1", step: name, ok: true, ...fields });
const roomCreated: IncidentEvent = { type: "RoomCreated", channel: ROOM, name: "inc-1121-payments-k9zp" };
const roomless = opened({ room: false, severity: "SEV3" });

describe("requestRoom", () => {
  const ask = (state: Incident) => requestRoom(state, { severity: "SEV2" });
  test("gives an incident below the opening rule its room and the severity that was chosen", () => {
    const decided = given(roomless).when(ask);
    decided.then({ type: "RoomRequested", severity: "SEV2" });
    expect(decided.after()).toMatchObject({ roomWanted: true, severity: "SEV2", requester: "bridge" });
  });
  test("is refused where a room is there or on its way, and once it is over", () => {
    given(opened()).when(ask).thenRefused("room-exists");
    given(roomless, resolved()).when(ask).thenRefused("incident-closed");
    given().when(ask).thenRefused("incident-unknown");
  });
});

describe("the first look", () => {
  test("at people counts once, and only while the incident is open", () => {
    const record = (state: Incident) => recordResponders(state, found);
    given(opened()).when(record).then(responders());
    given(opened(), responders()).when(record).thenNothing();
    given(opened(), resolved()).when(record).thenNothing();
  });
});

describe("recordRoomStep", () => {
  const created = [opened(), roomCreated, step("create")];

  test("of creating names the room", () => {
    given(opened())
      .when(did("create", { channel: ROOM, name: "inc-1121-payments-k9zp" }))
      .then(roomCreated, step("create"));
  });

  test("of creating needs the channel", () => {
    given(opened()).when(did("create")).thenRefused("channel-missing");
    given(opened()).when(did("invite")).thenRefused("channel-missing");
  });

  test("that failed is recorded with its reason and makes no room", () => {
    const decided = given(opened()).when(did("create", { ok: false, error: "name_taken" }));
    decided.then(step("create", { ok: false, error: "name_taken" }));
    expect(decided.after().stepFailures).toEqual({ create: 1 });
  });

  test("in another channel than the incident's room is refused", () => {
    given(...created)
      .when(did("invite", { channel: "C07GENERAL1" }))
      .thenRefused("other-channel");
  });

  test("done before changes nothing", () => {
    given(...created)
      .when(did("create", { channel: ROOM }))
      .thenNothing();
  });

  test("done after it had failed counts", () => {
    given(...created, step("topic", { ok: false, error: "ratelimited" }))
      .when(did("topic"))
      .then(step("topic"));
  });

  test("keeps who could not be invited", () => {
    const notInvited = [{ userId: PEOPLE.kim, error: "cant_invite" }];
    given(...created)
      .when(did("invite", { notInvited }))
      .then(step("invite", { notInvited }));
  });

  test("opens the room with the last of create, invite and context, in whatever order they come", () => {
    given(...created, step("invite"))
      .when(did("context", { ts: "1795253001.000100" }))
      .then(step("context"), painted(), { type: "RoomOpened", channel: ROOM });
    given(...created, step("context"))
      .when(did("invite"))
      .then(step("invite"), { type: "RoomOpened", channel: ROOM });
  });

  test("opens it once", () => {
    given(...roomOpened().filter((event) => event.type !== "RoomStepDone" || event.step !== "topic"))
      .when(did("topic"))
      .then(step("topic"));
  });

  test("of the checklist notes where it stands, so that it is kept up to date", () => {
    given(...created)
      .when(did("checklist", { ts: "1795253001.000200" }))
      .then(step("checklist"), painted({ key: "checklist", ts: "1795253001.000200" }));
  });

  test("of an incident nobody knows is refused", () => {
    given()
      .when(did("create", { channel: ROOM }))
      .thenRefused("incident-unknown");
  });
});

describe("what Slack's side reports", () => {
  const { type: _painted, ...paint } = painted();
  test("of a message counts once for one content", () => {
    const record = (state: Incident) => recordPainted(state, paint);
    given(...roomOpened())
      .when(record)
      .then(painted());
    given(...roomOpened(), painted())
      .when(record)
      .thenNothing();
    given(...roomOpened(), painted({ rev: "other" }))
      .when(record)
      .then(painted());
    given().when(record).thenRefused("incident-unknown");
  });

  test("of archiving counts once, and only for a resolved incident with a room", () => {
    given(...roomOpened(), resolved())
      .when(recordArchived)
      .then(archived);
    given(...roomOpened(), resolved(), archived)
      .when(recordArchived)
      .thenNothing();
    given(...roomOpened())
      .when(recordArchived)
      .thenRefused("not-resolved");
    given(roomless, resolved()).when(recordArchived).thenRefused("not-resolved");
  });

  test("of failures is kept for the first few attempts of each piece of work", () => {
    const failure = (attempt: number, effectId = "e1") => ({ effectId, attempt, error: "channel_not_found" });
    const happenedTo = (attempt: number): IncidentEvent => ({ type: "EffectFailed", ...failure(attempt) });
    given(opened())
      .when((state) => recordFailure(state, failure(1)))
      .then(happenedTo(1));
    given(opened(), happenedTo(1))
      .when((state) => recordFailure(state, failure(1)))
      .thenNothing();
    given(opened(), happenedTo(4))
      .when((state) => recordFailure(state, failure(5)))
      .then(happenedTo(5));
    given(opened(), happenedTo(5))
      .when((state) => recordFailure(state, failure(6)))
      .thenNothing();
    given(opened(), happenedTo(5))
      .when((state) => recordFailure(state, failure(1, "e2")))
      .then({ type: "EffectFailed", ...failure(1, "e2") });
    given()
      .when((state) => recordFailure(state, failure(1)))
      .thenRefused("incident-unknown");
  });
});

describe("the watchdog", () => {
  const rung: IncidentEvent = { type: "DoorbellRungAgain", afterMs: 30_000 };
  const { type: _spoke, ...words } = {
    type: "WatchdogSpoke",
    afterMs: 90_000,
    alertsChannel: "posted",
    fallbackWebhook: "not-configured",
    error: null,
  } as const;
  const spoke: IncidentEvent = { type: "WatchdogSpoke", ...words };

  test("rings again once, and not when the room has opened meanwhile", () => {
    const ring = (state: Incident) => recordRungAgain(state, { afterMs: 30_000 });
    given(opened()).when(ring).then(rung);
    given(opened(), rung).when(ring).thenNothing();
    given(...roomOpened())
      .when(ring)
      .thenNothing();
  });

  test("speaks once, and not when the room has opened meanwhile", () => {
    const speak = (state: Incident) => recordWatchdog(state, words);
    given(opened()).when(speak).then(spoke);
    given(opened(), spoke).when(speak).thenNothing();
    given(...roomOpened())
      .when(speak)
      .thenNothing();
  });
});
