import type { Env } from "deno-slack-sdk/types.ts";
import * as z from "zod/mini";
import { StepCommand } from "../../shared/contracts/steps.ts";
import { bridgeClient } from "../bridge-client.ts";
import { troubleSentence } from "../bridge-trouble.ts";

/** What Slack hands every step; its own part, not the inputs, says which run it is. */
export interface StepContext<Inputs> {
  inputs: Inputs;
  env: Env;
  team_id: string;
  event: { function_execution_id: string };
}

/** In Slack's event, though the SDK's type of it does not say so. */
const Run = z.object({ workflow_execution_id: z.string() });

type Wish<C> = C extends StepCommand ? Omit<C, "commandId" | "workflow"> : never;

/** A step ends with outputs, or stops its workflow with one sentence that says what to do. */
export type StepEnd<Outputs> = { outputs: Outputs } | { error: string };

const STEP_TIMEOUT_MS = 10_000;

/**
 * Sends what a step asks for, as the workflow it runs in. A repeated delivery of the step is the same command.
 * @returns the incident it is about
 */
export async function sendStep(
  { env, team_id, event }: Omit<StepContext<unknown>, "inputs">,
  wish: Wish<StepCommand>,
): Promise<StepEnd<{ incident_id: string }>> {
  const run = z.safeParse(Run, event);
  const runId = run.success ? run.data.workflow_execution_id : event.function_execution_id;
  const command = z.safeParse(StepCommand, {
    ...wish,
    commandId: event.function_execution_id,
    workflow: { runId, teamId: team_id },
  });
  if (!command.success) {
    const [issue] = command.error.issues;
    const field = issue?.path.map(String).join(".") ?? "";
    const fault = issue?.code === "too_big" ? `is longer than ${issue.maximum} characters` : "is missing or not usable";
    return {
      error: `The step was not carried out: ${STEP_FIELDS[field] ?? field} ${fault}. Edit the step in the workflow.`,
    };
  }
  const outcome = await bridgeClient(env).send(command.data, STEP_TIMEOUT_MS);
  if (outcome.kind !== "answered") return { error: troubleSentence(outcome) };
  const { reply } = outcome;
  if (!reply.ok) return { error: reply.message };
  return { outputs: { incident_id: reply.incidentId ?? "" } };
}

/** Fields as the person who edits the workflow sees them named. */
const STEP_FIELDS: Record<string, string> = {
  incidentId: "the incident id (such as INC-20261121-0914-K9ZP)",
  userId: "the person",
  words: "the note",
  title: "the title",
  service: "the service",
  impact: "what customers notice",
  item: "the item",
  proof: "the proof",
};
