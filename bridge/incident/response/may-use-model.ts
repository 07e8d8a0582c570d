import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";

/**
 * Whether a model may read of this incident at all. The strictest attached runbook decides, one that was detached included; what is
 * restricted is kept from models unless a restricted runbook turns them on.
 */
export function mayUseModel(state: Incident): boolean {
  const privacies = state.response.attached.map(({ runbook }) => runbook.privacy);
  if (privacies.some(({ llm }) => llm === "off")) return false;
  return !isRestricted(state) || privacies.some(({ room }) => room === "restricted");
}
