import { expect, test } from "vitest";
import { backoffMs, pauseAskedForMs, retryAfterMs } from "../../../bridge/platform/retry-timing.ts";

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

test.each([
  [429, { "retry-after": "7" }, 7_000],
  [503, { "retry-after": "7" }, 7_000],
  [429, { "ratelimit-reset": "42" }, 42_000],
  [403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000090" }, 90_000],
  [403, { "x-ratelimit-remaining": "17" }, undefined],
  [420, {}, 1_000],
  [429, { "retry-after": "999999999" }, 3_600_000],
  [500, {}, undefined],
] as const)("an answer %i with %j asks to stay away for %s ms", (status, headers, pauseMs) => {
  expect(pauseAskedForMs({ status, headers }, 1_000_000_000)).toBe(pauseMs);
});
