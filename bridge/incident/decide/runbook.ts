import { canonicalText, runbookHash } from "../../runbooks/lint.ts";
import type { LibraryRunbook } from "../../runbooks/load-runbooks.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import { DEFAULT_RUNBOOK } from "../response/items.ts";
import type { Incident } from "../state.ts";

interface Attach {
  entry: LibraryRunbook;
  trigger: string;
  triggerIndex: number | null;
  /** Null when the rules attach it. */
  by: string | null;
}

/** Freezes a copy of the runbook into the incident. What is attached already stays as it was attached. */
export function attachRunbook(state: Incident, { entry, trigger, triggerIndex, by }: Attach): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const { runbook, sha256 } = entry;
  const before = state.response.attached.find((one) => one.runbook.id === runbook.id);
  if (before && before.detached === undefined) {
    return by === null ? nothingNew : refuse("runbook-attached", `The runbook ${runbook.id} is attached already.`);
  }
  return happened({
    type: "RunbookAttached",
    runbookId: runbook.id,
    version: runbook.version,
    sha256,
    text: entry.text,
    trigger,
    triggerIndex,
    by,
  });
}

/** Its actions no longer count. What it holds stays until it is proven. */
export function detachRunbook(state: Incident, wish: { actor: string; runbookId: string; reason: string }): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.commander !== wish.actor) return refuse("not-commander", "Only the commander can detach a runbook.");
  if (wish.runbookId === DEFAULT_RUNBOOK) return refuse("default-stays", "Every incident keeps the default runbook.");
  const attached = state.response.attached.find(({ runbook }) => runbook.id === wish.runbookId);
  if (!attached || attached.detached)
    return refuse("runbook-unknown", `The runbook ${wish.runbookId} is not attached here.`);
  return happened({ type: "RunbookDetached", runbookId: wish.runbookId, by: wish.actor, reason: wish.reason });
}

/** Whether the copy that an incident follows still reads as the library does now. */
export const copyDiffers = (
  attached: Incident["response"]["attached"][number],
  now: LibraryRunbook | undefined,
): boolean =>
  now === undefined ||
  now.sha256 !== attached.sha256 ||
  runbookHash(canonicalText(attached.runbook)) !== attached.sha256;
