import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { textInput } from "../../blocks/modal.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export const silenceBlocks = (facts: FormFacts): Block[] => [
  sentenceSection(incidentLine(facts)),
  textInput({ name: "minutes", label: "Minutes without reminders", hint: "0 lets them come again", max: 5 }),
  textInput({ name: "reason", label: "Why", max: LIMITS.reason, multiline: true, optional: true }),
];
