import type { NoticeView } from "../../../shared/contracts/views.ts";
import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";

/** Said in the alerts channel, where people look who are not in the room: nobody on call was found, what failed, who came instead. */
export function peopleNotice(state: Incident): NoticeView | undefined {
  const { id, severity, opened, responders } = state;
  if (responders?.source !== "fallback" && responders?.source !== "none") return undefined;
  // Sources are named after the service they are of.
  const text = isRestricted(state)
    ? `Nobody on call could be found for the restricted incident ${id}; its room names who came instead, if anybody did.`
    : `Nobody on call could be found for ${id} (${severity}, ${opened?.service ?? "unknown"}). ${responders.note}.`;
  return { kind: "notice", incidentId: id, text, controls: [] };
}
