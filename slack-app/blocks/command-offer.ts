import type { CommandOfferView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { lines, md, mention } from "./text.ts";

export function commandOffer({ to, from, note, takenBy, controls }: CommandOfferView): Rendered {
  const person = mention(to);
  const line = takenBy
    ? md`${mention(takenBy)} took command.`
    : from
      ? md`${person}, ${mention(from)} hands command over to you. It is yours once you take it.`
      : md`${person}, please take command of this incident.`;
  return {
    text: line.text,
    blocks: [
      ...sections(note ? [line, md`> ${lines(note.replace(/\s+/g, " "), 500)}`] : [line]),
      ...controlBlocks(controls),
    ],
  };
}
