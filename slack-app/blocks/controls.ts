import type { Control } from "../../shared/contracts/views.ts";
import { BLOCK_LIMITS, type Block, type Element, plainText } from "./block-kit.ts";

/** Slack passes at most this many inputs to a workflow. */
const INPUTS_MAX = 10;

/**
 * Workflow buttons. They outlive the execution that posted them, and each opens its own form.
 * The action id is `open_` and the label, so that a person's script and a test can name the button they see.
 */
export function controlBlocks(controls: readonly Control[]): Block[] {
  const taken = new Set<string>();
  const elements = controls.slice(0, BLOCK_LIMITS.elements).flatMap((control): Element[] => {
    const actionId = actionIdOf(control.label, taken);
    if (!URL.canParse(control.url)) return [];
    taken.add(actionId);
    return [
      {
        type: "workflow_button",
        action_id: actionId,
        text: plainText(control.label, BLOCK_LIMITS.button),
        ...(control.style ? { style: control.style } : {}),
        workflow: {
          trigger: {
            url: control.url,
            customizable_input_parameters: Object.entries(control.inputs)
              .slice(0, INPUTS_MAX)
              .map(([name, value]) => ({ name, value })),
          },
        },
      },
    ];
  });
  return elements.length > 0 ? [{ type: "actions", block_id: "controls", elements }] : [];
}

/** Matches the action id of every workflow button. */
export const CONTROL_ACTION = /^open_/;

function actionIdOf(label: string, taken: ReadonlySet<string>): string {
  const slug =
    label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_|_$/g, "")
      .slice(0, 60) || "form";
  const base = `open_${slug}`;
  if (!taken.has(base)) return base;
  let next = 2;
  while (taken.has(`${base}_${next}`)) next += 1;
  return `${base}_${next}`;
}
