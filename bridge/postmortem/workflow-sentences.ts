import type { WorkflowEvent } from "../incident/workflow-events.ts";

/** What workflows asked for and noted, as a sentence. */
export function workflowSentence(
  event: WorkflowEvent,
  { name, say, plain }: Record<"name" | "say" | "plain", (text: string) => string>,
): string {
  if (event.type === "WorkflowNoted") return `A workflow noted: ${say(event.words)}.`;
  const whom = event.userId === null ? "" : ` for ${name(event.userId)}`;
  const words = event.words === null ? "" : `: ${say(event.words)}`;
  return `A workflow asked for ${ASKED[event.ask]} ${plain(event.subject)}${whom}${words}.`;
}

const ASKED = {
  "status-update": "a customer update with the status",
  "checklist-item": "a tick on the checklist item",
  role: "the role",
} as const;
