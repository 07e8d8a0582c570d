import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { textInput, userSelect } from "../../blocks/modal.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export const handOverBlocks = (facts: FormFacts): Block[] => [
  sentenceSection(incidentLine(facts)),
  userSelect({ name: "to", label: "New commander" }),
  textInput({
    name: "note",
    label: "What they need to know",
    max: LIMITS.note,
    multiline: true,
    optional: true,
  }),
];
