import type { CommandOfferView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { lines, md, mention, sentence } from "./text.ts";

const PACKET_LINES = 12;
const PACKET_LINE = 300;

export function commandOffer({ to, from, note, packet, lapsed, takenBy, controls }: CommandOfferView): Rendered {
  const person = mention(to);
  const line = takenBy
    ? md`${mention(takenBy)} took command.`
    : from
      ? md`${person}, ${mention(from)} hands command over to you. It is yours once you take it.${lapsed ? md` Nobody has answered yet.` : ""}`
      : md`${person}, please take command of this incident.`;
  // Who has taken over has read it; what stays on the message is who did.
  const handed = takenBy
    ? []
    : (packet ?? []).slice(0, PACKET_LINES).map((item) => md`• ${sentence(item, PACKET_LINE)}`);
  return {
    text: line.text,
    blocks: [
      ...sections([line, ...(note ? [md`> ${lines(note.replace(/\s+/g, " "), 500)}`] : []), ...handed]),
      ...controlBlocks(controls),
    ],
  };
}
