import { beforeEach, expect, test } from "vitest";
import { createCachedDirectory } from "../../../bridge/responders/cached-directory.ts";
import type { Directory } from "../../../bridge/responders/directory.ts";
import { woundClock } from "../../support/wound-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WITHIN = { timeoutMs: 50 };
const kim = { name: "Kim", email: "kim@example.com" };

const clock = woundClock(1_795_253_640_000);
let asked: string[];
let answer: Directory["members"];
const cached = () =>
  createCachedDirectory({
    clock,
    directory: {
      members(group, within) {
        asked.push(group);
        return answer(group, within);
      },
    },
  });
beforeEach(() => {
  asked = [];
  answer = async () => ({ members: [kim], asOf: clock.now() });
});

test("an answer is shared for five minutes and then read again", async () => {
  const directory = cached();
  await directory.members("sre", WITHIN);
  clock.advance(5 * MINUTE - 1);
  await directory.members("sre", WITHIN);
  expect(asked).toEqual(["sre"]);
  clock.advance(1);
  await directory.members("sre", WITHIN);
  expect(asked).toEqual(["sre", "sre"]);
});

test("who ask at the same time share one walk", async () => {
  const directory = cached();
  await Promise.all([directory.members("sre", WITHIN), directory.members("sre", WITHIN)]);
  expect(asked).toEqual(["sre"]);
});

test("a failure is answered with the last answer for a day, saying since when and why, then with the failure", async () => {
  const directory = cached();
  const asOf = clock.now();
  await directory.members("sre", WITHIN);
  answer = async () => ({ unavailable: "answered 500" });
  clock.advance(24 * HOUR - 1);
  expect(await directory.members("sre", WITHIN)).toEqual({ members: [kim], asOf, stale: "answered 500" });
  clock.advance(1);
  expect(await directory.members("sre", WITHIN)).toEqual({ unavailable: "answered 500" });
});

test("a failure is not remembered: the next one who asks has another try", async () => {
  const directory = cached();
  answer = async () => ({ unavailable: "answered 500" });
  await directory.members("sre", WITHIN);
  answer = async () => ({ members: [kim], asOf: clock.now() });
  expect(await directory.members("sre", WITHIN)).toEqual({ members: [kim], asOf: clock.now() });
});

test("who waits too long has the last answer, and the walk goes on for whoever comes next", async () => {
  const directory = cached();
  await directory.members("sre", WITHIN);
  clock.advance(HOUR);
  let arrives: (answer: Awaited<ReturnType<Directory["members"]>>) => void = () => {};
  const slow = new Promise<Awaited<ReturnType<Directory["members"]>>>((resolve) => {
    arrives = resolve;
  });
  answer = () => slow;
  expect(await directory.members("sre", WITHIN)).toMatchObject({ members: [kim], stale: "timed out" });
  arrives({ members: [], asOf: clock.now() });
  await slow;
  expect(await directory.members("sre", WITHIN)).toEqual({ members: [], asOf: clock.now() });
  expect(asked).toHaveLength(2);
});

test("groups are kept fresh without being asked for more often than they age, or than a minute while they fail", async () => {
  const directory = cached();
  await directory.keepFresh(["sre", "dba"]);
  await directory.keepFresh(["sre", "dba"]);
  expect(asked).toEqual(["sre", "dba"]);
  answer = async () => ({ unavailable: "answered 500" });
  clock.advance(5 * MINUTE);
  for (let seconds = 0; seconds < 60; seconds += 5) {
    await directory.keepFresh(["sre"]);
    clock.advance(5_000);
  }
  expect(asked).toHaveLength(3);
});
