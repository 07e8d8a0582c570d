import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { PUBLIC_STATUSES } from "../../../shared/vocabulary.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { checkbox, multiSelect, select, textInput } from "../../blocks/modal.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

const spoken = (status: string) => {
  const text = status.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};
const optionOf = (value: string) => ({ text: spoken(value), value });

export function updateBlocks(facts: FormFacts): Block[] {
  const { components, componentStatuses, publicStatus, draft } = facts;
  const group = (label: string, own: boolean) => ({
    label,
    options: components.filter((component) => component.own === own).map(({ id, name }) => ({ text: name, value: id })),
  });
  const pickable = componentStatuses.length > 0 ? components : [];
  return [
    sentenceSection(incidentLine(facts)),
    sentenceSection(publicStatus ? `Customers read now: ${spoken(publicStatus)}` : "Nothing is public yet."),
    ...(draft ? [sentenceSection(`Version ${draft.version} of a draft waits already. ${draft.standing}`)] : []),
    select({
      name: "status",
      label: "What the page should say",
      options: PUBLIC_STATUSES.map(optionOf),
      initial: publicStatus ?? "investigating",
    }),
    textInput({ name: "impact", label: "What customers notice", max: LIMITS.impact, multiline: true }),
    ...(pickable.length > 0
      ? [
          ...multiSelect({
            name: "components",
            label: "Components",
            optional: true,
            groups: [group("This service", true), group("Others", false)],
            // Of a first update only: a later one may be about what has recovered.
            initial: publicStatus ? [] : components.filter(({ own }) => own).map(({ id }) => id),
          }),
          select({
            name: "component_status",
            label: "How these components are",
            optional: true,
            options: componentStatuses.map(optionOf),
            initial: "partial_outage",
          }),
        ]
      : []),
    checkbox({
      name: "notify_subscribers",
      label: "Subscribers",
      option: { text: "E-mail subscribers of the status page", value: "yes" },
    }),
  ];
}
