import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Checkpoint } from "../../../bridge/audit/checkpoint-signer.ts";
import { createDailyWitness } from "../../../bridge/audit/daily-witness.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { type WoundClock, woundClock } from "../../support/wound-clock.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const checkpoint = (size: number): Checkpoint => ({ origin: "a-log", size, root: Buffer.alloc(32, size), at: 0 });

let local: LocalStore;
let clock: WoundClock;
let day = 0;
let said: string[];
let slack: "well" | "failing" | "gone";
let newest: () => Promise<Checkpoint | undefined>;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());
beforeEach(() => {
  // Each test has days of its own: they share one table.
  day += 10;
  clock = woundClock(Date.parse("2026-11-21T09:14:05.000Z") + day * DAY_MS);
  said = [];
  slack = "well";
  newest = async () => checkpoint(7);
});

const replica = (owner: string) => {
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  const leases = createLeases({ index, clock });
  return createDailyWitness({
    ...{ index, leases, owner, clock },
    signer: { newest: () => newest() },
    tell: async (line) => {
      if (slack === "gone") throw new Error("Slack is gone");
      if (slack === "failing") return { error: "ratelimited", unavailable: "Slack said no" };
      said.push(line);
      return { ts: "1.2" };
    },
    log: silentLogger,
  });
};

test("the digest of the newest checkpoint is told once a day, by whichever replica comes first", async () => {
  const replicas = [replica("one"), replica("two")];
  for (let hour = 0; hour < 36; hour += 1) {
    await Promise.all(replicas.map((one) => one.tend()));
    clock.advance(DAY_MS / 24);
  }
  expect(said).toEqual(["audit 7 0707070707070707", "audit 7 0707070707070707"]);
  await replica("that was started later").tend();
  expect(said).toHaveLength(2);
});

test.each<[string, () => void]>([
  ["Slack refuses it", () => (slack = "failing")],
  ["Slack is gone", () => (slack = "gone")],
  ["the log is away", () => (newest = () => Promise.reject(new Error("the log is away")))],
  ["there is no checkpoint yet", () => (newest = async () => undefined)],
])("while %s nothing is told, and it is told once that is over, without a storm before", async (_, trouble) => {
  const one = replica("one");
  trouble();
  await one.tend();
  await one.tend();
  expect(said).toEqual([]);
  slack = "well";
  let asked = 0;
  newest = async () => {
    asked += 1;
    return checkpoint(9);
  };
  await one.tend();
  expect(asked).toBe(0);
  clock.advance(MINUTE_MS);
  await Promise.all([one.tend(), one.tend()]);
  expect(said).toEqual(["audit 9 0909090909090909"]);
});
