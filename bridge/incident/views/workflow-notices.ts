import type { LinkTrigger } from "../../../shared/vocabulary.ts";
import type { Incident, WorkflowWish } from "../state.ts";
import type { Notice } from "./gate-notices.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** Each wish of a workflow once, with the control by which a person does it. */
export function workflowNotices(state: Incident, world: ViewWorld): Notice[] {
  return state.workflows.asks.map((wish, index) => {
    const { text, form } = WORDS[wish.ask](wish);
    return {
      key: `workflow-${index + 1}`,
      view: {
        kind: "notice",
        incidentId: state.id,
        text: `A workflow ${text} Nothing was changed.`,
        controls:
          form === undefined || state.status !== "open" ? [] : [control(world, state.id, form.trigger, form.label)],
      },
    };
  });
}

const quoted = (words: string | null): string => (words === null ? "" : `: "${words}"`);

const WORDS: Record<
  WorkflowWish["ask"],
  (wish: WorkflowWish) => { text: string; form?: { trigger: LinkTrigger; label: string } }
> = {
  "status-update": ({ subject, words }) => ({
    text: `asks for a customer update (${subject})${quoted(words)}.`,
    form: { trigger: "draft_status_update", label: "Customer update" },
  }),
  "checklist-item": ({ subject, words }) => ({
    text: `reports ${subject} of the checklist as done${quoted(words)}. Look, then tick it.`,
    form: { trigger: "update_checklist", label: "Checklist" },
  }),
  role: ({ subject, userId }) => ({
    text: `proposes <@${userId}> as ${subject}. The commander may type: /incident-response role ${subject} <@${userId}>.`,
  }),
};
