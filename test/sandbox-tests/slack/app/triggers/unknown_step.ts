import { TriggerTypes } from "deno-slack-api/mod.ts";

export default { type: TriggerTypes.Shortcut, name: "Unknown step", workflow: "#/workflows/unknown_step", inputs: {} };
