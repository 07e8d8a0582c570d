import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { checkbox, textInput } from "../../blocks/modal.ts";
import type { Hints } from "../../forms/form.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export const pageBlocks = (facts: FormFacts, { target }: Hints): Block[] => [
  sentenceSection(incidentLine(facts)),
  textInput({
    name: "target",
    label: "Whom to page",
    hint: "A person (@name), a service (its on-call is paged) or an on-call schedule, by name or id",
    max: LIMITS.pageTarget,
    initial: target,
  }),
  textInput({ name: "message", label: "What they should know", max: LIMITS.note, multiline: true, optional: true }),
  checkbox({
    name: "important",
    label: "How urgent",
    option: { text: "Important: use their rules for urgent pages", value: "yes" },
  }),
];
