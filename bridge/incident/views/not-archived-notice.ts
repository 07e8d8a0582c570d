import type { NoticeView } from "../../../shared/contracts/views.ts";
import { paintId } from "../paint-id.ts";
import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";

/** In the room itself; elsewhere once the room has refused to take it. */
const IN_ROOM = "not-archived";
const ELSEWHERE = "not-archived-told";
const REFUSALS = 3;

/** Said once, in the room, or in the alerts channel where the room takes no message: it stands, and a person may archive it. */
export function notArchivedNotice(
  state: Incident,
): { key: string; where: "room" | "alerts"; view: NoticeView } | undefined {
  const { id, channelName, life, failures } = state;
  if (!life.notArchived) return undefined;
  const refused = (failures.get(paintId(state, IN_ROOM))?.attempt ?? 0) >= REFUSALS;
  const room = isRestricted(state) || channelName === undefined ? "its room" : `#${channelName}`;
  const what = refused ? `${id} is over, but ${room}` : "This incident is over, but its room";
  const text = `${what} could not be archived for a day: Slack answered ${life.notArchived.reason}. It is not tried again; archive it by hand.`;
  const view: NoticeView = { kind: "notice", incidentId: id, text, controls: [] };
  return refused ? { key: ELSEWHERE, where: "alerts", view } : { key: IN_ROOM, where: "room", view };
}

/** The room was given up and people know: nothing more comes of the incident. */
export const roomLeftStanding = ({ life, messages }: Incident): boolean =>
  life.notArchived !== undefined && (messages.has(IN_ROOM) || messages.has(ELSEWHERE));
