import type { NoticeView } from "../../../shared/contracts/views.ts";
import type { Incident } from "../state.ts";

/** Said in the alerts channel, where people look who are not in the room: nobody on call was found, what failed, who came instead. */
export function peopleNotice({ id, severity, opened, responders }: Incident): NoticeView | undefined {
  if (responders?.source !== "fallback" && responders?.source !== "none") return undefined;
  const about = `Nobody on call could be found for ${id} (${severity}, ${opened?.service ?? "unknown"}).`;
  return { kind: "notice", incidentId: id, text: `${about} ${responders.note}.`, controls: [] };
}
