import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { select, textInput } from "../../blocks/modal.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

const LABELS = ["1: went badly", "2", "3: as usual", "4", "5: went very well"];

export const rateBlocks = (facts: FormFacts): Block[] => [
  sentenceSection(incidentLine(facts)),
  select({
    name: "score",
    label: "How well was this handled?",
    options: LABELS.map((text, index) => ({ text, value: String(index + 1) })),
  }),
  textInput({
    name: "comment",
    label: "What should be different next time",
    max: LIMITS.note,
    multiline: true,
    optional: true,
  }),
];
