import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type CrashRun,
  changesSomething,
  differs,
  everyDeath,
  type Lane,
  roomIsOpen,
  shownIn,
  startLanes,
  survive,
} from "../support/crash-lane.ts";
import { eventsOf, ofType } from "../support/record-check.ts";

const ALEX = "U07ALEXLIN1";
const SAM = "U07SAMWIER2";
const KIM = "U07KIMRAMN3";
const HOSTED_BOT = "U07HOSTBOT1";

let lanes: Lane[];
beforeAll(async () => {
  lanes = await startLanes(4);
}, 60_000);
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
}, 60_000);

/** What must be true of the one room, whatever died on the way to it. */
async function openedOnce(run: CrashRun): Promise<string[]> {
  const record = await run.record();
  const events = [...record.streams.keys()].flatMap((id) => eventsOf(record, id));
  const room = run.room();
  return [
    ...(await run.faults()),
    ...differs("incidents opened", ofType(events, "IncidentOpened").length, 1),
    ...differs("alerts attached", ofType(events, "AlertAttached").length, 1),
    ...differs("members", room?.members.filter((user) => user !== HOSTED_BOT).sort(), [ALEX, KIM, SAM]),
    ...differs("context messages", shownIn(run, "incident_context"), 1),
    ...differs("checklists", shownIn(run, "incident_checklist"), 1),
    ...differs("offers", shownIn(run, "command_offer"), 1),
    ...differs("pins", room?.pins.length, 1),
    // The one that follows the phase may still be on its way.
    ...differs("bookmarks", room?.bookmarks.filter(({ title }) => !title.startsWith("SEV")).length, 5),
    ...differs(
      "bookmarks of the phase",
      (room?.bookmarks.filter(({ title }) => title.startsWith("SEV")).length ?? 0) > 1,
      false,
    ),
  ];
}

test("an accepted alert gets its one room, wherever between two of its calls the bridge dies", async () => {
  const { deaths, wrong } = await everyDeath(lanes, "each", (lane, death) =>
    survive(lane, async (run, died) => {
      const first = await run.start();
      first.proxy.plan({ ...death, counts: changesSomething });
      const accepted = await run.alert();
      await run.until("the room or the death", async () => first.proxy.dead || (await roomIsOpen(run)) || undefined);
      if (!first.proxy.dead) return { reached: false, wrong: await openedOnce(run) };

      died(`${death.at}, ${first.proxy.last}, ${death.outage} outage`);
      let heard = accepted;
      await run.comeBack(death.outage, "the room", async () => {
        // Whoever got no 2xx sends again; whoever got one never does.
        if (!heard) heard = await run.alert();
        return roomIsOpen(run);
      });
      return { reached: true, wrong: await openedOnce(run) };
    }),
  );
  expect(wrong).toEqual([]);
  expect(deaths).toBeGreaterThan(40);
}, 240_000);

test("the room is assembled once, wherever between two of its calls to Slack a drain dies", async () => {
  const { deaths, wrong } = await everyDeath(lanes, "each", (lane, death) =>
    survive(lane, async (run, died) => {
      await run.start();
      lane.functions.plan(death);
      expect(await run.alert()).toBe(true);
      await run.until("the room or the death", async () => lane.functions.dead || (await roomIsOpen(run)) || undefined);
      if (!lane.functions.dead) return { reached: false, wrong: await openedOnce(run) };

      died(`${death.at}, ${lane.functions.last}`);
      await run.minute();
      await run.until("the room", () => roomIsOpen(run));
      return { reached: true, wrong: await openedOnce(run) };
    }),
  );
  expect(wrong).toEqual([]);
  expect(deaths).toBeGreaterThan(12);
}, 120_000);
