import { TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import type { WorkWorkflow } from "../workflows/workflows.ts";

const nextHour = Math.ceil((Date.now() + 1) / 3_600_000) * 3_600_000;

const sweep: Trigger<typeof WorkWorkflow.definition> = {
  type: TriggerTypes.Scheduled,
  name: "Sweep at :00",
  workflow: "#/workflows/work",
  inputs: { reason: { value: "sweep" } },
  schedule: { start_time: new Date(nextHour).toISOString(), frequency: { type: "hourly", repeats_every: 1 } },
};
export default sweep;
