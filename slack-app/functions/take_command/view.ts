import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { type Block, sections, sentenceSection } from "../../blocks/block-kit.ts";
import { md, mention, sentence } from "../../blocks/text.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export function takeCommandBlocks(facts: FormFacts): Block[] {
  const { commander, offeredTo, packet = [] } = facts;
  return [
    sentenceSection(incidentLine(facts)),
    ...sections([
      commander ? md`${mention(commander)} has command now.` : md`Nobody has command yet.`,
      ...(offeredTo ? [md`It is offered to ${mention(offeredTo)}.`] : []),
      ...packet.slice(0, 12).map((line) => md`• ${sentence(line)}`),
      md`The commander decides, speaks for the incident and may approve what customers read.`,
    ]),
  ];
}
