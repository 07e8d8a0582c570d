import type { EventOf } from "../../bridge/incident/events.ts";
import { loadRunbooks } from "../../bridge/runbooks/load-runbooks.ts";

/** The product's own runbooks, as the bridge loads them at its start. */
export const LIBRARY = loadRunbooks();

/** The event that attaches one of them. */
export function attachedCopy(
  runbookId: string,
  fields: Partial<EventOf<"RunbookAttached">> = {},
): EventOf<"RunbookAttached"> {
  const entry = LIBRARY.get(runbookId);
  if (!entry) throw new Error(`the library holds no runbook ${runbookId}`);
  const { runbook, text, sha256 } = entry;
  return {
    type: "RunbookAttached",
    runbookId,
    version: runbook.version,
    sha256,
    text,
    trigger: "nothing else matched",
    triggerIndex: null,
    by: null,
    ...fields,
  };
}
