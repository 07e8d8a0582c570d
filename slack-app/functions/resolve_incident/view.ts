import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { OUTCOMES, type Outcome } from "../../../shared/vocabulary.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { select, textInput } from "../../blocks/modal.ts";
import type { Hints } from "../../forms/form.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

const LABELS: Record<Outcome, string> = {
  resolved: "Resolved",
  not_an_incident: "Not an incident",
  duplicate: "Duplicate of another incident",
};

export function resolveBlocks(facts: FormFacts, { outcome }: Hints): Block[] {
  const open = facts.publicStatus && facts.publicStatus !== "resolved";
  return [
    sentenceSection(incidentLine(facts)),
    ...(open
      ? [sentenceSection(`Customers still read: ${facts.publicStatus}. Closing does not change the public page.`)]
      : []),
    textInput({ name: "summary", label: "What happened", max: LIMITS.summary, multiline: true }),
    select({
      name: "outcome",
      label: "How it ended",
      options: OUTCOMES.map((value) => ({ text: LABELS[value], value })),
      initial: OUTCOMES.find((known) => known === outcome) ?? "resolved",
    }),
    textInput({
      name: "duplicate_of",
      label: "Duplicate of",
      hint: "Only for a duplicate: the id of the other incident",
      max: 40,
      optional: true,
    }),
  ];
}
