import * as fc from "fast-check";
import { ELSEWHERE } from "../simulation/gate/invariants.ts";
import { reportFailure } from "../simulation/gate/report-failure.ts";
import { emptyTally, INVARIANTS, scheduleProperty } from "../simulation/gate/schedules.ts";

const EVERY = 500;

export interface ScheduleRun {
  runs: number;
  seed: number;
  path: string | undefined;
  shrink: boolean;
}

/** Runs schedules against the real gate. @returns true when no invariant was broken */
export async function proveSchedules({ runs, seed, path, shrink }: ScheduleRun): Promise<boolean> {
  const tally = emptyTally();
  const startedAt = performance.now();
  let left = runs;
  let batch = 0;
  while (left > 0) {
    const numRuns = path === undefined ? Math.min(EVERY, left) : 1;
    const result = await fc.check(scheduleProperty(tally), {
      seed: seed + batch,
      numRuns,
      endOnFailure: !shrink,
      ...(path === undefined ? {} : { path }),
    });
    const failure = reportFailure(result);
    if (failure !== undefined) {
      process.stdout.write(`\n${failure}\n`);
      return false;
    }
    left -= path === undefined ? numRuns : runs;
    batch += 1;
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    if (runs > EVERY)
      process.stderr.write(`  ${tally.schedules} schedules, ${tally.states.size} states, ${seconds} s\n`);
  }
  const lines = [
    ["schedules run", tally.schedules],
    ["steps checked", tally.steps],
    ["states visited", tally.states.size],
    ["invariants checked after each step", INVARIANTS.safety],
    ["... and after healing", INVARIANTS.liveness],
    ["checks in all", tally.checks],
    ["requests the page received", tally.writes],
    ["... that customers could read", tally.landed],
    ["violations", 0],
  ] as const;
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(38)} ${value.toLocaleString("en")}\n`);
  for (const { no, where } of ELSEWHERE) process.stdout.write(`invariant ${no}: ${where}\n`);
  return true;
}
