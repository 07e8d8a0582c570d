import { expect, test } from "vitest";
import { inWaves } from "../../../bridge/context/in-waves.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";

const later = <T>() => {
  let come: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    come = resolve;
  });
  return { promise, come };
};

test("what is there at once is one batch, and nobody waits for a wave to be over", async () => {
  const batches = [];
  for await (const batch of inWaves([Promise.resolve(1), Promise.resolve(2)], [60_000], systemClock))
    batches.push(batch);
  expect(batches).toEqual([{ answers: [1, 2], last: true }]);
});

test("the quick ones come together, the late ones when all have come, in the order of the questions", async () => {
  const [slow, slower] = [later<string>(), later<string>()];
  const waves = inWaves([slower.promise, Promise.resolve("quick"), slow.promise], [20, 40], systemClock);
  expect((await waves.next()).value).toEqual({ answers: ["quick"], last: false });
  slow.come("slow");
  expect((await waves.next()).value).toEqual({ answers: ["slow"], last: false });
  const rest = waves.next();
  slower.come("slower");
  expect((await rest).value).toEqual({ answers: ["slower"], last: true });
  expect((await waves.next()).done).toBe(true);
});

test("a wave that brings nothing is no batch", async () => {
  const only = later<string>();
  const waves = inWaves([only.promise], [5, 10], systemClock);
  const first = waves.next();
  setTimeout(() => only.come("late"), 30);
  expect((await first).value).toEqual({ answers: ["late"], last: true });
});
