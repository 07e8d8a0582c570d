import type { UpdateRequest } from "../../../bridge/drafting/drafter.ts";

/** An ordinary request, changed where a test needs it. */
export const updateRequest = (changes: Partial<UpdateRequest> = {}): UpdateRequest => ({
  incidentId: "INC-20261114-0941-K7QD",
  service: "payments-core",
  title: "HighErrorRate on db-1.prod.internal",
  severity: "SEV1",
  status: "investigating",
  impact: "Card payments fail for some customers in the EU",
  components: [{ name: "Payments API", status: "partial_outage" }],
  startedAt: Date.UTC(2026, 10, 14, 9, 41),
  knownNames: [{ name: "Alex Lin", slackId: "U07ALEXLIN1" }],
  nextUpdateAt: Date.UTC(2026, 10, 14, 10, 30),
  ...changes,
});
