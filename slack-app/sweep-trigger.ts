import { TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import { nextHourlyStart, systemClock } from "./clock.ts";
import { SweepWorkflow } from "./workflows/sweep.ts";

/** Slack has no schedule below an hour: four hourly triggers make a sweep every 15 minutes. */
export const sweepTrigger = (minute: 0 | 15 | 30 | 45): Trigger<typeof SweepWorkflow.definition> => ({
  type: TriggerTypes.Scheduled,
  name: `Sweep at :${String(minute).padStart(2, "0")}`,
  description: "Does what a lost doorbell left undone",
  workflow: `#/workflows/${SweepWorkflow.definition.callback_id}`,
  schedule: {
    start_time: nextHourlyStart(minute, systemClock.now()),
    timezone: "UTC",
    frequency: { type: "hourly", repeats_every: 1 },
  },
});
