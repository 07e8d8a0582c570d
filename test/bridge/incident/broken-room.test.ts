import { expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { slackEffects } from "../../../bridge/incident/pending-effects.ts";
import { outboxItem } from "../../../bridge/outbox/outbox-item.ts";
import { MINUTE, stateOf, T0 } from "../../support/given.ts";
import { opened, painted } from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";

const BROKEN = "INC-20261121-0914-AAAA";
const found: IncidentEvent = {
  type: "RecordBreakFound",
  incident: BROKEN,
  total: 1,
  findings: [{ epoch: 1, seq: 3, code: "hash-mismatch", layer: "C" }],
};
const room = { type: "BrokenRoomFound", incident: BROKEN, channel: "C07ROOMOFA1" } as const;
const world = viewWorld();
const about = opened({ class: "security", title: "The record of an incident does not verify" });

function saidElsewhere(...history: readonly IncidentEvent[]) {
  const state = stateOf(about, ...history);
  return slackEffects(state, T0 + MINUTE, world, TIMING).flatMap((effect) => {
    const item = outboxItem(effect, state, world, 1, { alerts: "C07ALERTS01", announcements: "C07INCIDENT" });
    return item?.kind === "paint-message" && item.channel === room.channel ? [item] : [];
  });
}

test("the room of an incident whose record broke is told there, before the room about it is open, and not who looks into it", () => {
  const [item, ...others] = saidElsewhere(found, room);
  expect(others).toEqual([]);
  expect(item?.message).toMatchObject({
    incidentId: BROKEN,
    text: expect.stringMatching(/does not verify at entry 3 \(hash-mismatch\)[\s\S]*Call the security lead/),
  });
  expect(JSON.stringify(item?.message)).not.toContain(stateOf(about).id);
});

test("it is told once, whatever else is found there later", () => {
  const told = painted({ key: "broken-room-1", channel: room.channel, rev: "1" });
  expect(saidElsewhere(found, room, told, { ...found, total: 2 })).toEqual([]);
});

test("without a room of its own nobody is told elsewhere", () => {
  expect(saidElsewhere(found)).toEqual([]);
});
