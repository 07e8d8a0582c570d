import type { NoticeView } from "../../../shared/contracts/views.ts";
import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";

/** Said in the alerts channel, because the room itself takes no message: it is over, and the room goes. */
export function unshownClosingNotice(state: Incident): NoticeView | undefined {
  const { id, resolved, channelName, life } = state;
  if (!resolved || !life.closingGivenUp) return undefined;
  const room = isRestricted(state) || channelName === undefined ? "its room" : `#${channelName}`;
  const text = `${id} is over (${resolved.outcome}), but its closing message could not be posted in ${room}: Slack answered ${life.closingGivenUp.reason}. The room is archived without it.`;
  return { kind: "notice", incidentId: id, text, controls: [] };
}
