import { TriggerContextData, TriggerTypes } from "deno-slack-api/mod.ts";
import type { Trigger } from "deno-slack-sdk/types.ts";
import type { FormWorkflow } from "../workflows/workflows.ts";

const note: Trigger<typeof FormWorkflow.definition> = {
  type: TriggerTypes.Shortcut,
  name: "Take a note",
  workflow: "#/workflows/form",
  inputs: { interactivity: { value: TriggerContextData.Shortcut.interactivity } },
};
export default note;
