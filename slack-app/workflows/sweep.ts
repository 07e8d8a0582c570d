import { DefineWorkflow } from "deno-slack-sdk/mod.ts";
import { Sweep } from "../functions/sweep/definition.ts";

export const SweepWorkflow = DefineWorkflow({
  callback_id: "sweep_workflow",
  title: "Sweep",
  description: "Does on a schedule what a lost doorbell left undone",
});

SweepWorkflow.addStep(Sweep, {});
