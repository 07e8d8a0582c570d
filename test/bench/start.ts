import { readFileSync } from "node:fs";
import { startWorld } from "../sandbox/world/world.ts";
import { median } from "./statistics.ts";

const SAMPLES = 5;
const IDLE_MS = 5_000;
const TARGET_READY_MS = 2_000;
const TARGET_RSS_MB = 180;

/** From spawning the bridge until it answers, and what it holds in memory when nothing happens. */
export async function benchStart(): Promise<void> {
  const world = await startWorld();
  try {
    const ready: number[] = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await world.bridge("stop");
      const startedAt = performance.now();
      await world.bridge("start");
      ready.push(performance.now() - startedAt);
    }
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const rssMb = residentMb(world.snapshot().bridge.pid);
    const readyMs = median(ready);
    const verdict = (met: boolean) => (met ? "met" : "NOT MET");
    console.log(
      [
        `Start: the bridge alone, ${SAMPLES} times.`,
        "",
        `until it answers: ${readyMs.toFixed(0)} ms (target ${TARGET_READY_MS}: ${verdict(readyMs < TARGET_READY_MS)})`,
        rssMb === undefined
          ? "memory at idle: not measured, this system has no /proc"
          : `memory at idle: ${rssMb.toFixed(0)} MB resident (target ${TARGET_RSS_MB}: ${verdict(rssMb < TARGET_RSS_MB)})`,
      ].join("\n"),
    );
  } finally {
    await world.stop();
  }
}

function residentMb(pid: number | null): number | undefined {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kb === undefined ? undefined : Number(kb) / 1_024;
  } catch {
    // Said instead of the number.
    return undefined;
  }
}
