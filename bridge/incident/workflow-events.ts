import * as z from "zod";
import { WORKFLOW_ASKS } from "../../shared/contracts/steps.ts";
import { LIMITS } from "../../shared/limits.ts";

/** The run of a workflow, by Slack's id of it; the author of a workflow decides its words, so they prove nothing. */
const run = z.string().max(100);

/**
 * A step of a workflow asked for something that a person does or leaves undone. Nothing has changed but that the room reads it.
 * `subject`: the status, the role or the item asked for. `userId`: whom the role is proposed for.
 */
const WorkflowAsked = z.strictObject({
  type: z.literal("WorkflowAsked"),
  run,
  ask: z.enum(WORKFLOW_ASKS),
  subject: z.string().max(120),
  userId: z.string().max(24).nullable(),
  words: z.string().max(LIMITS.impact).nullable(),
});

/** Words that a workflow put into the record. */
const WorkflowNoted = z.strictObject({ type: z.literal("WorkflowNoted"), run, words: z.string().max(LIMITS.impact) });

export const WORKFLOW_EVENTS = [WorkflowAsked, WorkflowNoted] as const;
export type WorkflowEvent = z.infer<(typeof WORKFLOW_EVENTS)[number]>;
