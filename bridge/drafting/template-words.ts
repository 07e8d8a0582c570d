import type { ComponentStatus, PublicStatus } from "../../shared/vocabulary.ts";

/** What we do about it. Claims nothing that the chosen status does not already say. */
export const WHAT_WE_DO: Record<PublicStatus, string> = {
  investigating: "We are investigating.",
  identified: "We have identified the problem and are working on a fix.",
  monitoring: "A fix is in place. We are watching that it holds.",
  resolved: "This incident is resolved.",
};

/** Statuspage's own wording for a component's status, in a sentence. */
export const COMPONENT_WORDS: Record<ComponentStatus, string> = {
  operational: "operational",
  under_maintenance: "under maintenance",
  degraded_performance: "degraded performance",
  partial_outage: "partial outage",
  major_outage: "major outage",
};

/** The worst component decides the title. */
export const TITLE_WORDS: Record<ComponentStatus, (names: string) => string> = {
  operational: (names) => `Problem with ${names}`,
  under_maintenance: (names) => `Maintenance of ${names}`,
  degraded_performance: (names) => `Degraded performance of ${names}`,
  partial_outage: (names) => `Partial outage of ${names}`,
  major_outage: (names) => `Outage of ${names}`,
};
