import type { CatalogFacts, FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { INCIDENT_CLASSES, type IncidentClass } from "../../../shared/vocabulary.ts";
import { type Block, sentenceSection } from "../../blocks/block-kit.ts";
import { select, textInput } from "../../blocks/modal.ts";

export interface DeclareFacts {
  catalog: CatalogFacts;
  /** Set for *Open a room*: the incident that an alert below the opening rule started. */
  existing?: FormFacts;
}

export function declareBlocks({ catalog, existing }: DeclareFacts): Block[] {
  const optionOf = (value: string) => ({ text: value, value });
  // The alert's own service leads, also when services.yaml does not list it.
  const services = existing
    ? [existing.service, ...catalog.services.filter((name) => name !== existing.service)]
    : catalog.services;
  return [
    sentenceSection(
      existing
        ? `Opens a war room for ${existing.incidentId}, which started as an alert of its own.`
        : "Opens a private war room at once and calls in who is on call.",
    ),
    textInput({ name: "title", label: "What is wrong", max: LIMITS.title, initial: existing?.title }),
    select({ name: "service", label: "Service", options: services.map(optionOf), initial: existing?.service }),
    select({
      name: "severity",
      label: "Severity",
      options: catalog.severities.map(optionOf),
      initial: existing?.severity,
    }),
    select({
      name: "class",
      label: "Class",
      options: INCIDENT_CLASSES.map((value) => ({ text: CLASS_LABELS[value], value })),
      optional: true,
      hint: "Decides how many people must approve customer updates, and who may not. Security always needs two.",
    }),
  ];
}

const CLASS_LABELS: Record<IncidentClass, string> = {
  security: "Security",
  "access-safety": "Access safety",
  authorization: "Authorization",
  availability: "Availability",
  "evidence-pipeline": "Evidence pipeline",
  data: "Data",
  vendor: "Vendor",
  default: "None of these",
};
