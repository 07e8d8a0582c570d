import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { type Block, sections, sentenceSection } from "../../blocks/block-kit.ts";
import { textInput } from "../../blocks/modal.ts";
import { md, mention } from "../../blocks/text.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export const askToJoinBlocks = (facts: FormFacts): Block[] => [
  sentenceSection(incidentLine(facts)),
  ...sections([
    facts.commander
      ? md`${mention(facts.commander)} commands and will be asked in the room. You are invited once they accept.`
      : md`Nobody commands yet; whoever was called in will be asked in the room. You are invited once they accept.`,
  ]),
  textInput({ name: "reason", label: "What brings you", max: LIMITS.reason, optional: true }),
];
