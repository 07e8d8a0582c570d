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
