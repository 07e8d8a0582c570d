import { expect, test } from "vitest";
import { atMost } from "../../../bridge/platform/at-most.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

test("work for many is done a few at a time, and its results stand in the order of the items", async () => {
  let running = 0;
  let most = 0;
  const doubled = await atMost(3, [5, 1, 4, 2, 3], async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let n = 0; n < item; n += 1) await tick();
    running -= 1;
    return item * 2;
  });
  expect(doubled).toEqual([10, 2, 8, 4, 6]);
  expect(most).toBe(3);
});

test("the first failure is thrown, and nothing new is begun after it", async () => {
  const begun: number[] = [];
  const work = atMost(2, [1, 2, 3, 4, 5], async (item) => {
    begun.push(item);
    await tick();
    if (item === 2) throw new Error("two");
  });
  await expect(work).rejects.toThrow("two");
  await tick();
  expect(begun.length).toBeLessThan(5);
});

test("nothing is to be done for nobody", async () => {
  expect(await atMost(8, [], async () => 1)).toEqual([]);
});
