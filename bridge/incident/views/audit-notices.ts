import type { Incident } from "../state.ts";
import type { Notice } from "./gate-notices.ts";

/** What was found broken in the record, one message each, which follows what is found later. */
export const auditNotices = ({ id, breaks }: Incident): Notice[] =>
  [...breaks.values()].map(({ incident, total, findings: [first] }, n) => {
    const what = incident === null ? "The log of checkpoints" : `The record of ${incident}`;
    const place = first?.seq == null ? "" : ` ${incident === null ? "at" : "at entry"} ${first.seq}`;
    const count = total === 1 ? "one finding" : `${total} findings`;
    const stopped =
      incident === null
        ? "Nothing is signed until a person has looked."
        : "Nothing is written to it any more, and nothing is published from its room by the bot.";
    return {
      key: `break-${n + 1}`,
      view: {
        kind: "notice",
        incidentId: id,
        text: `${what} does not verify: ${count}, first${place} (${first?.code ?? "unknown"}). ${stopped} Nothing repairs it: save the bundle before anybody touches the table.`,
        controls: [],
      },
    };
  });

/** For the room of an incident whose record does not hold: whoever works there must not learn it by a button that does nothing. */
export const brokenRoomNotices = ({ breaks, brokenRooms }: Incident): (Notice & { channel: string })[] =>
  [...brokenRooms].map(([incident, channel], n) => {
    const [first] = breaks.get(incident)?.findings ?? [];
    const place = first?.seq == null ? "" : ` at entry ${first.seq}`;
    return {
      key: `broken-room-${n + 1}`,
      channel,
      view: {
        kind: "notice",
        incidentId: incident,
        text: `The record of ${incident} does not verify${place} (${first?.code ?? "unknown"}). Nothing that is done here is recorded, and nothing is published from here by the bot, until an operator opens a new epoch. Call the security lead. Keep notes by hand, and tell customers by hand in Statuspage.`,
        controls: [],
      },
    };
  });
