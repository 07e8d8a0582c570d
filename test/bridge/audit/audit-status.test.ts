import { describe, expect, test } from "vitest";
import type { Broken } from "../../../bridge/audit/watch/audit-records.ts";
import { type AuditView, auditStatus, streamStatus } from "../../../bridge/audit/watch/audit-status.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_000 * HOUR;
const periods = { everyMs: MINUTE, openMs: MINUTE, closedMs: 12 * HOUR };
const pass = (at: number, counts = {}) => ({ at, counts });
const well: AuditView = {
  A: pass(NOW),
  B: pass(NOW, { oldestWalkAt: NOW - HOUR }),
  C: pass(NOW),
  scan: pass(NOW),
  broken: [],
};
const broken: Broken = {
  incident: "INC-1",
  findings: [{ incident: "INC-1", epoch: 1, seq: 2, code: "hash-mismatch", layer: "C" }],
  settled: [],
  total: 1,
};

describe("the status of the whole record", () => {
  test("is ok when every pass has looked lately and found nothing", () => {
    expect(auditStatus(well, NOW, periods)).toBe("ok");
  });

  test.each(["A", "B", "C", "scan"] as const)("is unknown while pass %s has never ended", (name) => {
    expect(auditStatus({ ...well, [name]: undefined }, NOW, periods)).toBe("unknown");
  });

  test.each(["A", "B", "C"] as const)("is stale when pass %s is older than three intervals", (name) => {
    const old = { ...well[name], at: NOW - 3 * MINUTE - 1 } as never;
    expect(auditStatus({ ...well, [name]: old }, NOW, periods)).toBe("stale");
  });

  test("is stale when a stream waits too long for its whole walk", () => {
    const B = pass(NOW, { oldestWalkAt: NOW - 14 * HOUR });
    expect(auditStatus({ ...well, B }, NOW, periods)).toBe("stale");
  });

  test("is broken for as long as there is a finding, also when nobody looks any more", () => {
    expect(auditStatus({ ...well, A: undefined, broken: [broken] }, NOW + 100 * HOUR, periods)).toBe("broken");
  });
});

describe("the status of one stream", () => {
  const walkedAt = NOW - 10 * MINUTE;
  const mark = { incident: "INC-1", walkedAt, entries: 3, uncovered: 0, writes: 0, approved: 0, open: false };
  test("of a closed incident holds for the day, of an open one for three intervals", () => {
    expect(streamStatus({ mark, broken: undefined, open: false }, NOW, periods)).toBe("ok");
    expect(streamStatus({ mark, broken: undefined, open: true }, NOW, periods)).toBe("stale");
  });
  test("is unknown before its first walk, and broken with a finding", () => {
    const never = { ...mark, walkedAt: undefined };
    expect(streamStatus({ mark: never, broken: undefined, open: true }, NOW, periods)).toBe("unknown");
    expect(streamStatus({ mark: undefined, broken: undefined, open: false }, NOW, periods)).toBe("unknown");
    expect(streamStatus({ mark, broken, open: false }, NOW, periods)).toBe("broken");
  });
});
