import { expect, test } from "vitest";
import { boundedWork } from "../../../bridge/ingress/bounded-work.ts";

test("of more calls than there are places, some are answered 503 at once and the others when their turn comes", async () => {
  let finish: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let running = 0;
  let most = 0;
  const work = boundedWork(async (n: number) => {
    running += 1;
    most = Math.max(most, running);
    await held;
    running -= 1;
    return { status: 200, body: { n } };
  });
  const answers = Array.from({ length: 200 }, (_, n) => work(n));

  // The last of them has no place: it is answered while all the others are still held.
  const refused = await answers[199];
  expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  finish();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(most).toBe(32);
  expect(statuses.filter((status) => status === 200)).toHaveLength(96);
  expect((await work(200)).status).toBe(200);
});

test("a call that fails frees its place and fails as it would have", async () => {
  const work = boundedWork(async () => {
    throw new Error("the work failed");
  });
  for (let n = 0; n < 150; n += 1) await expect(work(n)).rejects.toThrow("the work failed");
});
