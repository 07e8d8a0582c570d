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

/** Closing ends no alert: whoever closes is told what fires on. */
function firingSentence({ titles, count }: FormFacts["stillFiring"]): Block[] {
  if (count === 0) return [];
  const named = titles.slice(0, 3).join("; ");
  const more = count > 3 ? ` and ${count - 3} more` : "";
  const what = count === 1 ? "One alert group still fires" : `${count} alert groups still fire`;
  return [
    sentenceSection(
      `:warning: ${what}: ${named}${more}. Closing ends none of them; one that fires anew opens another incident.`,
    ),
  ];
}

export function resolveBlocks(facts: FormFacts, { outcome }: Hints): Block[] {
  const open = facts.publicStatus && facts.publicStatus !== "resolved";
  return [
    sentenceSection(incidentLine(facts)),
    ...(open
      ? [sentenceSection(`Customers still read: ${facts.publicStatus}. Closing does not change the public page.`)]
      : []),
    ...firingSentence(facts.stillFiring),
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
