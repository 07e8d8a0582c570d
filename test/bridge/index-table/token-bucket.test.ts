import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createTokenBucket } from "../../../bridge/index-table/token-bucket.ts";
import type { Clock } from "../../../bridge/platform/clock.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { woundClock } from "../../support/wound-clock.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

let made = 0;
/** Buckets of one name on two replicas: 4 at once, one more every 7.5 s. */
function shared(clocks: [Clock, Clock]) {
  made += 1;
  const name = `bucket-${made}`;
  return clocks.map((clock) =>
    createTokenBucket({
      index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }),
      clock,
      name,
      burst: 4,
      refillMs: 7_500,
    }),
  ) as [ReturnType<typeof createTokenBucket>, ReturnType<typeof createTokenBucket>];
}

describe("a token bucket that two replicas share", () => {
  test("gives its burst once, then says how long to wait", async () => {
    const clock = woundClock();
    const [one, two] = shared([clock, clock]);
    expect([await one.take(), await two.take(), await one.take(), await two.take()]).toEqual([0, 0, 0, 0]);
    expect([await one.take(), await two.take()]).toEqual([7_500, 7_500]);
    clock.advance(7_499);
    expect(await one.take()).toBe(1);
    clock.advance(1);
    expect([await two.take(), await one.take()]).toEqual([0, 7_500]);
  });

  test("keeps fractions, and never more than its burst", async () => {
    const clock = woundClock();
    const [one, two] = shared([clock, clock]);
    for (let n = 0; n < 4; n += 1) await one.take();
    clock.advance(11_250);
    expect([await one.take(), await two.take()]).toEqual([0, 3_750]);
    clock.advance(86_400_000);
    const taken = [];
    for (let n = 0; n < 6; n += 1) taken.push(await (n % 2 ? one : two).take());
    expect(taken).toEqual([0, 0, 0, 0, 7_500, 7_500]);
  });

  test("gives no token twice to any number who ask at once", async () => {
    const clock = woundClock();
    const buckets = shared([clock, clock]);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => buckets[n % 2]?.take()));
    // Who loses the race too often is told to wait although a token may be left: never the other way round.
    expect(answers.filter((wait) => wait === 0).length).toBeLessThanOrEqual(4);
    expect(answers.filter((wait) => wait === 0).length).toBeGreaterThan(0);
  });

  test("gives nothing extra because the replicas' clocks differ", async () => {
    const ahead = woundClock(Date.parse("2026-11-21T09:15:00.000Z"));
    const behind = woundClock(Date.parse("2026-11-21T09:14:00.000Z"));
    const [one, two] = shared([ahead, behind]);
    const taken = [];
    for (let n = 0; n < 10; n += 1) taken.push(await (n % 2 ? two : one).take());
    expect(taken.filter((wait) => wait === 0)).toHaveLength(4);
  });
});
