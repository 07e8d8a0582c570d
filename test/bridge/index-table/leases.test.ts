import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createLeases } from "../../../bridge/index-table/leases.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { woundedStore } from "../../support/wounded-store.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

let made = 0;
function fresh() {
  made += 1;
  const clock = woundClock();
  const leasesOn = (client = local.client) =>
    createLeases({ index: createIndexTable({ dynamo: client, table: INDEX_TABLE }), clock });
  return { clock, leases: leasesOn(), other: leasesOn(), leasesOn, key: `work-${made}` };
}

describe("a lease", () => {
  test("has one holder, whoever asks how often", async () => {
    const { leases, other, key } = fresh();
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? leases : other).acquire(key, `holder-${n}`, 1_000)),
    );
    expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  test("is kept by its holder asking again, as the same attempt, and lives longer for it", async () => {
    const { clock, leases, other, key } = fresh();
    const first = await leases.acquire(key, "one", 1_000);
    clock.advance(900);
    expect(await leases.acquire(key, "one", 1_000)).toMatchObject({ holder: "one", attempt: 1 });
    clock.advance(900);
    expect(await other.acquire(key, "two", 1_000)).toBeUndefined();
    expect(first).toEqual({ holder: "one", attempt: 1, until: clock.now() - 800 });
  });

  test("that has lapsed is another's, and counts the attempts", async () => {
    const { clock, leases, other, key } = fresh();
    await leases.acquire(key, "one", 1_000);
    clock.advance(999);
    expect(await other.acquire(key, "two", 1_000)).toBeUndefined();
    clock.advance(1);
    expect(await other.acquire(key, "two", 1_000)).toMatchObject({ holder: "two", attempt: 2 });
    expect(await leases.renew(key, "one", 1_000)).toBe(false);
    expect(await leases.read(key)).toMatchObject({ holder: "two", attempt: 2 });
  });

  test("is renewed by its holder, and by nobody else", async () => {
    const { clock, leases, other, key } = fresh();
    await leases.acquire(key, "one", 1_000);
    expect(await other.renew(key, "two", 9_000)).toBe(false);
    expect(await other.renew("never-taken", "two", 9_000)).toBe(false);
    expect(await leases.renew(key, "one", 5_000)).toBe(true);
    clock.advance(4_999);
    expect(await other.acquire(key, "two", 1_000)).toBeUndefined();
  });

  test("that is released is free at once, or at the instant that was named, and the count stays", async () => {
    const { clock, leases, other, key } = fresh();
    await leases.acquire(key, "one", 60_000);
    await leases.release(key, "one");
    expect(await other.acquire(key, "two", 60_000)).toMatchObject({ attempt: 2 });
    await other.release(key, "two", clock.now() + 500);
    expect(await leases.acquire(key, "one", 60_000)).toBeUndefined();
    clock.advance(500);
    expect(await leases.acquire(key, "one", 60_000)).toMatchObject({ attempt: 3 });
  });

  test("is not released by anybody but its holder", async () => {
    const { leases, other, key } = fresh();
    await leases.acquire(key, "one", 60_000);
    await other.release(key, "two");
    expect(await other.acquire(key, "two", 60_000)).toBeUndefined();
  });

  test("whose answer was lost is had by asking again, still as the first attempt", async () => {
    const { leasesOn, key } = fresh();
    const { client } = woundedStore(local.client, 1, "reply lost");
    await expect(leasesOn(client).acquire(key, "one", 1_000)).rejects.toThrow("ECONNRESET");
    expect(await leasesOn().acquire(key, "one", 1_000)).toMatchObject({ holder: "one", attempt: 1 });
  });

  test("of other work is none of its business", async () => {
    const { leases, key } = fresh();
    await leases.acquire(`${key}-a`, "one", 1_000);
    expect(await leases.acquire(`${key}-b`, "two", 1_000)).toMatchObject({ attempt: 1 });
    expect(await leases.read(`${key}-c`)).toBeUndefined();
  });
});
