import { type Decision, happened, notOpen, refuse } from "../decision.ts";
import type { Incident } from "../state.ts";
import type { WorkflowEvent } from "../workflow-events.ts";

/** Far more than a sensible workflow asks for; each is a message in the room. */
const MAX_ASKS = 20;
/** A bound on what one stream can hold. */
const MAX_NOTES = 200;

type Of<T extends WorkflowEvent["type"]> = Omit<Extract<WorkflowEvent, { type: T }>, "type">;

/**
 * Puts a workflow's wish before the people of the room. Doing it is theirs.
 * @param asked the same was asked before: found where its words can be read, which no rule does
 */
export function askByWorkflow(state: Incident, ask: Of<"WorkflowAsked">, asked: boolean): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (asked) return refuse("asked-already", "A workflow has asked for exactly this in this incident already.");
  const { asks } = state.workflows;
  if (asks.length >= MAX_ASKS) {
    return refuse(
      "too-many-asks",
      `Workflows have asked ${MAX_ASKS} times in this incident; ask the people in its room.`,
    );
  }
  return happened({ type: "WorkflowAsked", ...ask });
}

/** Keeps a workflow's words in the record, as a workflow's. */
export function noteByWorkflow(state: Incident, note: Of<"WorkflowNoted">): Decision {
  if (state.status === "none" || state.status === "archived") return notOpen(state.status);
  if (state.workflows.notes >= MAX_NOTES)
    return refuse("too-many-notes", `Workflows have left ${MAX_NOTES} notes in this incident; no more are kept.`);
  return happened({ type: "WorkflowNoted", ...note });
}
