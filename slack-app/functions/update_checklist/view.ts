import type { FormFacts, ResponseFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { PHASES } from "../../../shared/vocabulary.ts";
import { type Block, sections, sentenceSection } from "../../blocks/block-kit.ts";
import { pickMany, select, textInput, userSelect } from "../../blocks/modal.ts";
import { md } from "../../blocks/text.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export function checklistBlocks(facts: FormFacts): Block[] {
  const { response } = facts;
  if (!response) return [sentenceSection("This incident has no checklist yet. Open this again in a moment.")];
  const { open, unconfirmed, exit, phase, attachable } = response;
  const groups = groupsOf(open);
  return [
    sentenceSection(incidentLine(facts)),
    ...(exit.length > 0
      ? sections([md`*Before ${phase} ends*`, ...exit.map((what) => md`• ${what}`)])
      : [sentenceSection(`Nothing is left before ${phase} ends.`)]),
    ...pickMany({ name: "done", label: "Done", optional: true, groups }),
    textInput({
      name: "proof",
      label: "What shows it",
      hint: "A link or a sentence, kept with what is done",
      max: LIMITS.reason,
      optional: true,
    }),
    ...pickMany({ name: "skip", label: "Skipped", optional: true, groups }),
    textInput({
      name: "skip_reason",
      label: "Why skipped, or why back",
      max: LIMITS.reason,
      optional: true,
    }),
    ...pickMany({
      name: "confirm",
      label: "It is so",
      hint: "From then on the time runs after which they are called",
      optional: true,
      groups: [{ label: "Escalations", options: unconfirmed.map(({ key, text }) => ({ text, value: key })) }],
    }),
    ...pickMany({ name: "assign", label: "Assigned", optional: true, groups }),
    userSelect({ name: "assignee", label: "Assigned to", optional: true }),
    select({
      name: "phase",
      label: "Move to phase",
      hint: `Now: ${phase}. What is left open on the way is recorded`,
      optional: true,
      options: PHASES.map((value) => ({ text: value, value })),
    }),
    ...(attachable.length > 0
      ? [
          select({
            name: "attach_runbook",
            label: "Attach a runbook",
            optional: true,
            options: attachable.map(({ id, title }) => ({ text: title, value: id })),
          }),
        ]
      : []),
    textInput({
      name: "no_public_update",
      label: "No public update needed, because",
      hint: "The commander's word; asked again when the severity rises",
      max: LIMITS.reason,
      optional: true,
    }),
  ];
}

function groupsOf(open: ResponseFacts["open"]): { label: string; options: { text: string; value: string }[] }[] {
  const groups = new Map<string, { text: string; value: string }[]>();
  for (const { group, text, key } of open) groups.set(group, [...(groups.get(group) ?? []), { text, value: key }]);
  return [...groups].map(([label, options]) => ({ label, options }));
}
