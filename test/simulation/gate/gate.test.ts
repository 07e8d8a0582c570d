import * as fc from "fast-check";
import { expect, test } from "vitest";
import { reportFailure } from "./report-failure.ts";
import { emptyTally, scheduleProperty } from "./schedules.ts";

/** Always the same ones; `npm run prove` looks at ten thousand others. */
const SEED = 20_261_121;
const SCHEDULES = Number(process.env.GATE_SCHEDULES ?? 200);

test("no schedule of clicks, edits, faults and crashes publishes what nobody approved, or anything twice", async () => {
  const tally = emptyTally();
  const result = await fc.check(scheduleProperty(tally), { seed: SEED, numRuns: SCHEDULES, endOnFailure: true });
  expect(reportFailure(result)).toBeUndefined();
  // A run that exercises nothing would prove nothing.
  for (const type of [
    "PublishSucceeded",
    "PublishOutcomeUnknown",
    "PublishDeferred",
    "PublishFailed",
    "ApprovalDenied",
    "ApprovalVoided",
  ])
    expect([type, tally.byEvent.get(type) ?? 0], type).not.toEqual([type, 0]);
  expect(tally.landed).toBeGreaterThan(SCHEDULES / 4);
}, 60_000);
