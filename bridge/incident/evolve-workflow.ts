import type { Instant } from "../platform/clock.ts";
import type { Incident } from "./state.ts";
import type { WorkflowEvent } from "./workflow-events.ts";

/** What workflows asked for and noted. Nothing else of the incident changes by them. */
export function evolveWorkflow(state: Incident, event: WorkflowEvent, at: Instant): Incident {
  const { asks, notes } = state.workflows;
  return event.type === "WorkflowAsked"
    ? { ...state, workflows: { asks: [...asks, { ...event, at }], notes } }
    : { ...state, workflows: { asks, notes: notes + 1 } };
}
