import type { ApproverFacts } from "../../bridge/publish-gate/approver.ts";
import { PEOPLE, TEAM } from "./incident-events.ts";

type Known = Extract<ApproverFacts, { kind: "known" }>;

/** What Slack says of a person who may approve: one of us, active, in the approver group. */
export const factsOf = (lookedUpAt: number, change: Partial<Known> = {}): Known => ({
  kind: "known",
  userId: PEOPLE.jordan,
  teamId: TEAM,
  isBot: false,
  deleted: false,
  restricted: false,
  stranger: false,
  inApproverGroup: true,
  lookedUpAt,
  ...change,
});
