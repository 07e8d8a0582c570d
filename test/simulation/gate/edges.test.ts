import { describe, expect, test } from "vitest";
import { look } from "../../../bridge/publish-gate/look-for-attempt.ts";
import type { PageIncident } from "../../../bridge/publish-gate/page-reader.ts";
import { twinsOf } from "../../../bridge/publish-gate/watch-page.ts";
import { contentOf } from "../../support/incident-events.ts";
import { ofType } from "../../support/record-check.ts";
import { type GateWorld, gateWorld, type Setup } from "./gate-world.ts";
import { inOrder } from "./in-order.ts";
import { violations } from "./invariants.ts";
import { beginWithCard, press, tale } from "./schedules.ts";

const SETUP: Setup = {
  class: "availability",
  severity: "SEV2",
  alreadyPublic: false,
  patchMetadata: "replace",
  skewMs: 0,
};
const ALL = 3_000;

async function begun(change: Partial<Setup> = {}): Promise<GateWorld> {
  const world = gateWorld({ ...SETUP, ...change }, inOrder());
  await beginWithCard(world);
  return world;
}

async function approveAt(world: GateWorld, replica: number): Promise<void> {
  const card = world.cards.at(-1);
  if (!card) throw new Error("there is no card");
  press(world, { act: "ApproveDraft", user: "riley", card, replica });
  await world.step(ALL);
}

async function sweep(world: GateWorld, ms: number): Promise<void> {
  world.advance(ms);
  world.replica(0).react();
  await world.step(ALL);
}

const newest = (world: GateWorld) => [...world.state().drafts.values()].at(-1);
const eventsIn = (world: GateWorld) => world.stream.flatMap(({ entry }) => entry.events);

test("a replica whose clock is off claims nothing; another one does", async () => {
  const world = await begun({ skewMs: 3_500 });
  await approveAt(world, 1);
  expect(world.page.writes).toEqual([]);
  expect(newest(world)?.state).toBe("APPROVED");
  await sweep(world, 5_000);
  expect(newest(world)?.state, tale(world)).toBe("PUBLISHED");
  expect(violations(world.evidence())).toEqual([]);
});

test("a budget that cannot be asked defers", async () => {
  const world = await begun();
  world.failToken(1);
  await approveAt(world, 0);
  expect(world.page.writes).toEqual([]);
  expect(ofType(eventsIn(world), "PublishDeferred")).toHaveLength(1);
  await sweep(world, 5_000);
  expect(newest(world)?.state).toBe("PUBLISHED");
});

test("an answer for another incident counts as no answer", async () => {
  const world = await begun({ alreadyPublic: true });
  world.page.faults.push({ kind: "mistaken" });
  await approveAt(world, 0);
  expect(newest(world)?.state).toBe("UNKNOWN");
  await sweep(world, 41_000);
  expect(newest(world)?.state).toBe("PUBLISHED");
  expect(violations(world.evidence())).toEqual([]);
});

test("a claim that the store no longer holds sends nothing and is called out", async () => {
  const world = await begun();
  const card = world.cards.at(-1);
  if (!card) throw new Error("there is no card");
  press(world, { act: "ApproveDraft", user: "riley", card });
  while (ofType(eventsIn(world), "PublishStarted").length === 0) await world.step(1);
  const [key] = [...world.store.items].at(-1) ?? [];
  world.store.items.delete(key ?? "");
  await world.step(ALL);
  expect(world.page.writes).toEqual([]);
  expect(world.evidence().bugs.join()).toContain("does not hold this attempt");
});

describe("a look at the page", () => {
  const update = (id: string, body: string) => ({
    id,
    status: "investigating",
    body,
    createdAt: "2026-11-21T09:14:05.000Z",
  });
  const entry = (id: string, marker: string | undefined, ...updates: PageIncident["updates"]): PageIncident => ({
    id,
    name: "",
    status: "investigating",
    shortlink: "",
    updates,
    marker,
  });
  const create = contentOf();
  const change = contentOf({ target: { id: "inc1", rev: "u1|investigating" } });

  test("takes one text on two entries for a conflict, and for a twin", () => {
    const listing = [entry("inc1", create.marker), entry("inc2", create.marker)];
    expect(look(listing, create)).toEqual({ result: "conflict" });
    expect(twinsOf(create, listing)).toEqual(["inc1", "inc2"]);
  });

  test("takes the mark of an update on another entry for a conflict", () => {
    expect(look([entry("inc1", undefined), entry("inc2", change.marker)], change)).toEqual({ result: "conflict" });
  });

  test("takes two equal updates for a conflict, and for a twin", () => {
    const listing = [
      entry("inc1", undefined, update("u3", change.body), update("u2", change.body), update("u1", change.body)),
    ];
    expect(look(listing, change)).toEqual({ result: "conflict" });
    expect(twinsOf(change, listing)).toEqual(["u3", "u2"]);
  });

  test("takes every update for new when the one it was written upon is gone", () => {
    const target = entry("inc1", undefined, update("u3", change.body));
    expect(look([target], change)).toEqual({ result: "found", found: target });
    expect(look([], change)).toEqual({ result: "absent" });
    expect(twinsOf(change, [])).toEqual([]);
  });
});
