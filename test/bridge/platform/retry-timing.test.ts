import { expect, test } from "vitest";
import { backoffMs, retryAfterMs } from "../../../bridge/platform/retry-timing.ts";

test("the wait is drawn from the whole range, which doubles up to a ceiling", () => {
  expect([0, 1, 2, 3, 10].map((repeat) => backoffMs(repeat, 0.999_999))).toEqual([199, 399, 799, 1_599, 1_999]);
  expect(backoffMs(3, 0)).toBe(0);
});

test("Retry-After is seconds or a date; anything else is as if it were absent", () => {
  const now = Date.parse("2026-11-21T09:14:05Z");
  expect(retryAfterMs("7", now)).toBe(7_000);
  expect(retryAfterMs("Sat, 21 Nov 2026 09:14:10 GMT", now)).toBe(5_000);
  expect(retryAfterMs("Sat, 21 Nov 2026 09:14:00 GMT", now)).toBe(0);
  expect(retryAfterMs("soon", now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});
