import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { slackEffects } from "../../../bridge/incident/pending-effects.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { createHeartbeat } from "../../../bridge/index-table/heartbeat.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable, type IndexTable } from "../../../bridge/index-table/index-table.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { HOUR, type Moment, stateOf, T0 } from "../../support/given.ts";
import { alert, INCIDENT, opened, painted, ROOM, resolved, roomOpened } from "../../support/incident-events.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";

let local: LocalStore;
let index: IndexTable;
beforeEach(async () => {
  local = await startDynalite();
  index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
});
afterEach(() => local[Symbol.asyncDispose]());

const archived: IncidentEvent = { type: "RoomArchived", channel: ROOM };
const line = opened({ room: false, severity: "SEV3" });
const lineOwed = (state: Incident): IncidentEvent[] =>
  slackEffects(state, T0 + HOUR, viewWorld(), TIMING).flatMap((effect) =>
    effect.kind === "paint-message" ? [painted({ key: effect.key, rev: effect.rev })] : [],
  );
const afterPainting = (...history: (IncidentEvent | Moment)[]) => [...history, ...lineOwed(stateOf(...history))];

describe("the rows of incidents", () => {
  test("list what still owes work, and find an incident by its room", async () => {
    const rows = createIncidentRows({ index });
    await rows.project(stateOf(...roomOpened()));
    expect(await rows.listOpen()).toEqual([INCIDENT]);
    expect(await rows.incidentOf(ROOM)).toBe(INCIDENT);
    expect(await rows.incidentOf("C07GENERAL1")).toBeUndefined();
  });

  test("forget an incident once its room is archived, but not its room", async () => {
    const rows = createIncidentRows({ index });
    await rows.project(stateOf(...roomOpened()));
    await rows.project(stateOf(...roomOpened(), resolved()));
    expect(await rows.listOpen()).toEqual([INCIDENT]);
    await rows.project(stateOf(...roomOpened(), resolved(), archived));
    expect(await rows.listOpen()).toEqual([]);
    expect(await rows.incidentOf(ROOM)).toBe(INCIDENT);
  });

  test("do not fall back when an older state is projected late by another replica", async () => {
    await createIncidentRows({ index }).project(stateOf(...roomOpened(), resolved(), archived));
    await createIncidentRows({ index }).project(stateOf(...roomOpened()));
    expect(await createIncidentRows({ index }).listOpen()).toEqual([]);
  });

  test("hold nothing for an incident that was never opened", async () => {
    const rows = createIncidentRows({ index });
    await rows.project(stateOf());
    expect(await rows.listOpen()).toEqual([]);
  });

  test("drop what never had a room once nothing is left to say of it", async () => {
    const rows = createIncidentRows({ index });
    const quiet = opened({ room: false, severity: "SEV4" });
    await rows.project(stateOf(quiet, alert()));
    expect(await rows.listOpen()).toEqual([INCIDENT]);
    await rows.project(stateOf(quiet, alert(), resolved()));
    expect(await rows.listOpen()).toEqual([]);
  });

  test("keep an alert's line until it says that the alert is over, and no longer: the list must not only grow", async () => {
    const rows = createIncidentRows({ index });
    const over = [...afterPainting(line, alert()), alert({ dedupeKey: "end", kind: "resolved" }), resolved()];
    await rows.project(stateOf(...over));
    expect(await rows.listOpen()).toEqual([INCIDENT]);
    const told = afterPainting(...over);
    expect(lineOwed(stateOf(...told))).toEqual([]);
    await rows.project(stateOf(...told));
    expect(await rows.listOpen()).toEqual([]);
  });

  test("keep an alert whose line was never posted until it is", async () => {
    const rows = createIncidentRows({ index });
    await rows.project(stateOf(line, alert(), alert({ dedupeKey: "end", kind: "resolved" }), resolved()));
    expect(await rows.listOpen()).toEqual([INCIDENT]);
  });

  test("write only what is news", async () => {
    let puts = 0;
    const counting: IndexTable = {
      ...index,
      put: (...args) => {
        puts += 1;
        return index.put(...args);
      },
    };
    const rows = createIncidentRows({ index: counting });
    await rows.project(stateOf(...roomOpened()));
    const first = puts;
    await rows.project(stateOf(...roomOpened(), alert()));
    await rows.project(stateOf(...roomOpened(), alert(), alert({ dedupeKey: "b" })));
    expect(puts).toBe(first);
  });

  test("list many, spread over their shards, in order of their ids", async () => {
    const rows = createIncidentRows({ index });
    const ids = Array.from({ length: 40 }, (_, n) => `INC-20261121-09${String(n + 10)}-K9ZP`);
    await Promise.all(ids.map((id) => rows.project({ ...stateOf(opened()), id })));
    expect(await rows.listOpen()).toEqual(ids);
  });

  test("list all of more than one answer of the store holds: the newest must not wait for the oldest to end", async () => {
    const ids = Array.from({ length: 520 }, (_, n) => `INC-20261121-0914-${String(1_000 + n)}`);
    for (let from = 0; from < ids.length; from += 25) {
      const puts = ids.slice(from, from + 25).map((id) => ({
        PutRequest: {
          // All in one shard, so that it has several pages.
          Item: { pk: { S: `ROW#${id}` }, sk: { S: "R" }, gsi1pk: { S: "OPEN#1" }, gsi1sk: { S: id } },
        },
      }));
      await local.client.send(new BatchWriteItemCommand({ RequestItems: { [INDEX_TABLE]: puts } }));
    }
    expect(await createIncidentRows({ index }).listOpen()).toEqual(ids);
  });
});

test("the heartbeat of the sweep is what was heard last, by any replica", async () => {
  const clock = woundClock();
  const [one, two] = [createHeartbeat({ index, clock }), createHeartbeat({ index, clock })];
  expect(await one.last()).toBeUndefined();
  await one.beat();
  clock.advance(900_000);
  await two.beat();
  expect(await one.last()).toBe(clock.now());
});
