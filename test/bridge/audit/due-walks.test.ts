import { describe, expect, test } from "vitest";
import { dueWalks } from "../../../bridge/audit/watch/due-walks.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_000 * HOUR;
const periods = { openMs: MINUTE, closedMs: 12 * HOUR };

describe("which streams are walked next", () => {
  test("those never walked, then whoever has waited longest for its kind", () => {
    const walked = new Map([
      ["closed-late", NOW - 36 * HOUR],
      ["closed-fresh", NOW - HOUR],
      ["open-late", NOW - 2 * MINUTE],
      ["open-fresh", NOW - MINUTE / 2],
      ["new", undefined],
    ]);
    const open = new Set(["open-late", "open-fresh", "unheard-of"]);
    expect(dueWalks(walked, open, NOW, periods)).toEqual(["new", "unheard-of", "closed-late", "open-late"]);
  });

  test("none when all were walked in time", () => {
    expect(dueWalks(new Map([["one", NOW]]), new Set(["one"]), NOW, periods)).toEqual([]);
  });

  test("however many are open, a closed one gets its turn once it is the most overdue", () => {
    const open = new Set(Array.from({ length: 100 }, (_, n) => `open-${n}`));
    const walked = new Map([...open].map((id) => [id, NOW - 2 * MINUTE] as const));
    walked.set("closed", NOW - 25 * HOUR);
    expect(dueWalks(walked, open, NOW, periods)[0]).toBe("closed");
  });
});
