import type { Clock } from "../platform/clock.ts";

/**
 * Gives answers in a few batches instead of one by one: what has come after each of the waits (milliseconds from the start),
 * and the rest when all have. A batch is never empty; all answers there, nobody waits any more.
 */
export async function* inWaves<T>(
  answers: readonly Promise<T>[],
  waitsMs: readonly number[],
  clock: Pick<Clock, "monotonic">,
): AsyncGenerator<{ answers: T[]; last: boolean }, void, undefined> {
  const startedAt = clock.monotonic();
  const here = new Map<number, T>();
  const all = Promise.all(answers.map((answer, place) => answer.then((value) => void here.set(place, value))));
  let given = 0;
  const batch = () => {
    // In the order of the questions, not of the answers.
    const taken = [...here].sort(([a], [b]) => a - b).map(([, value]) => value);
    here.clear();
    given += taken.length;
    return { answers: taken, last: given === answers.length };
  };
  for (const waitMs of waitsMs) {
    await firstOf(all, startedAt + waitMs - clock.monotonic());
    if (here.size > 0) yield batch();
    if (given === answers.length) return;
  }
  await all;
  yield batch();
}

async function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, Math.max(0, ms))))]);
  } finally {
    clearTimeout(timer);
  }
}
