import type { Core } from "./core.ts";
import { mint } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import { type Json, runById } from "./state.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

export interface BuiltWorkflowAct {
  /** Functions of the app in order; inputs may name what earlier steps gave, as `{{steps.0.incident_id}}`. */
  steps: { function: string; inputs?: Json | undefined }[];
}

/** Workflow Builder knows no other types for the steps of apps, an interactivity input among the missing ones. */
const OFFERED = new Set(["string", "boolean", "number", "integer", "slack#/types/channel_id", "slack#/types/user_id"]);
/** What Slack itself allows a function, and a little. */
const PATIENCE_MS = 61_000;

/**
 * Somebody has put the app's steps together in Workflow Builder, and their workflow runs to its end.
 * @throws SlackError `function_not_found`, `step_not_offered` as in Workflow Builder, `workflow_failed`
 */
export async function runBuiltWorkflow(
  core: Core,
  engine: WorkflowEngine,
  { steps }: BuiltWorkflowAct,
): Promise<{ outputs: Json[] }> {
  for (const { function: name } of steps) {
    const definition = core.manifest.functions[name];
    if (!definition) throw new SlackError("function_not_found", { detail: name });
    const inputs = Object.values(definition.input_parameters.properties);
    if (inputs.some(({ type }) => !OFFERED.has(String(type))))
      throw new SlackError("step_not_offered", { detail: name });
  }
  const workflow = mint(core.state, "Wf");
  core.manifest.workflows[workflow] = {
    title: "Made in Workflow Builder",
    steps: steps.map(({ function: name, inputs = {} }, index) => ({
      id: String(index),
      function_id: `#/functions/${name}`,
      inputs,
    })),
  };
  const run = engine.begin(workflow, "workflow-builder", null, {});
  const ended = () => {
    const { status } = runById(core.state, run.id) ?? run;
    return status === "running" ? undefined : status;
  };
  await core.until(ended, PATIENCE_MS);
  delete core.manifest.workflows[workflow];
  if (run.status !== "completed") throw new SlackError("workflow_failed", { detail: run.error ?? "still running" });
  return { outputs: steps.map((_, index) => run.steps[String(index)] ?? {}) };
}
